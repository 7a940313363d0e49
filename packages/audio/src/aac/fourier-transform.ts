/** Transforms `size` complex numbers in place, without scaling. */
export type FourierTransform = (real: Float32Array, imaginary: Float32Array) => void;

function bitReversal(size: number): Uint16Array {
  const bits = Math.log2(size);
  return Uint16Array.from({ length: size }, (_, index) => {
    let reversed = 0;
    for (let bit = 0; bit < bits; bit++) reversed |= ((index >>> bit) & 1) << (bits - 1 - bit);
    return reversed;
  });
}

function swapPairs(values: Float32Array, order: Uint16Array): void {
  for (let index = 0; index < order.length; index++) {
    const other = order[index] ?? 0;
    if (other <= index) continue;
    const kept = values[index] ?? 0;
    values[index] = values[other] ?? 0;
    values[other] = kept;
  }
}

/** Makes a forward transform of a fixed size, a power of two up to 65536. */
export function createFourierTransform(size: number): FourierTransform {
  const order = bitReversal(size);
  const angles = Array.from({ length: size / 2 }, (_, k) => (-2 * Math.PI * k) / size);
  const cosines = Float32Array.from(angles, (angle) => Math.cos(angle));
  const sines = Float32Array.from(angles, (angle) => Math.sin(angle));

  return (real, imaginary) => {
    swapPairs(real, order);
    swapPairs(imaginary, order);
    for (let half = 1; half < size; half *= 2) {
      const stride = size / (2 * half);
      for (let pair = 0; pair < size / 2; pair++) {
        const offset = pair & (half - 1);
        const low = 2 * pair - offset;
        const high = low + half;
        const cosine = cosines[offset * stride] ?? 0;
        const sine = sines[offset * stride] ?? 0;
        const highReal = real[high] ?? 0;
        const highImaginary = imaginary[high] ?? 0;
        const turnedReal = highReal * cosine - highImaginary * sine;
        const turnedImaginary = highReal * sine + highImaginary * cosine;
        const lowReal = real[low] ?? 0;
        const lowImaginary = imaginary[low] ?? 0;
        real[high] = lowReal - turnedReal;
        imaginary[high] = lowImaginary - turnedImaginary;
        real[low] = lowReal + turnedReal;
        imaginary[low] = lowImaginary + turnedImaginary;
      }
    }
  };
}
