/** Transforms `size` complex numbers in place, without scaling. */
type FourierTransform = (real: Float32Array, imaginary: Float32Array) => void;

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
function createFourierTransform(size: number): FourierTransform {
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

/** Turns `size` coefficients into `2 * size` samples that still overlap with their neighbours. */
type InverseTransform = (spectrum: Float32Array, samples: Float32Array) => void;

/**
 * Makes an inverse modified discrete cosine transform: a DCT-IV by a Fourier transform of half the
 * size, unfolded by the DCT's symmetries. Full scale of the result is 1.
 */
export function createInverseTransform(size: number): InverseTransform {
  const half = size / 2;
  const transform = createFourierTransform(half);
  const angles = Array.from({ length: half }, (_, k) => (-Math.PI * (8 * k + 1)) / (8 * size));
  const cosines = Float32Array.from(angles, (angle) => Math.cos(angle));
  const sines = Float32Array.from(angles, (angle) => Math.sin(angle));
  const real = new Float32Array(half);
  const imaginary = new Float32Array(half);
  const dct = new Float32Array(size);
  const scale = 1 / (size * 32768);

  /** Turns the numbers by their angles, which comes before and after the Fourier transform. */
  const turn = (index: number, x: number, y: number): void => {
    const cosine = cosines[index] ?? 0;
    const sine = sines[index] ?? 0;
    real[index] = x * cosine - y * sine;
    imaginary[index] = x * sine + y * cosine;
  };

  const transformDct = (spectrum: Float32Array): void => {
    for (let k = 0; k < half; k++) {
      turn(k, (spectrum[2 * k] ?? 0) * scale, (spectrum[size - 1 - 2 * k] ?? 0) * scale);
    }
    transform(real, imaginary);
    for (let k = 0; k < half; k++) {
      turn(k, real[k] ?? 0, imaginary[k] ?? 0);
      dct[2 * k] = real[k] ?? 0;
      dct[size - 1 - 2 * k] = -(imaginary[k] ?? 0);
    }
  };

  return (spectrum, samples) => {
    transformDct(spectrum);
    for (let n = 0; n < half; n++) {
      samples[n] = dct[half + n] ?? 0;
      samples[half + n] = -(dct[size - 1 - n] ?? 0);
      samples[size + n] = -(dct[half - 1 - n] ?? 0);
      samples[size + half + n] = -(dct[n] ?? 0);
    }
  };
}
