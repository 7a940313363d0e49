import { createFourierTransform } from "./fourier-transform.ts";

/** Turns `size` coefficients into `2 * size` samples that still overlap with their neighbours. */
export type InverseTransform = (spectrum: Float32Array, samples: Float32Array) => void;

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
