import { CODEBOOK } from "./band-data.ts";
import type { BandData } from "./band-data.ts";
import { eachBand, FRAME_LENGTH } from "./window-info.ts";
import type { WindowInfo } from "./window-info.ts";

const GAIN_BIAS = 100;
/** `value ** (4 / 3)` of the values that are common. */
const powers = Float32Array.from({ length: 256 }, (_, value) => value ** (4 / 3));

/** Noise in -1 to 1 by a linear congruential generator; which noise it is does not matter. */
function createNoise(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) | 0;
    return state / 2 ** 31;
  };
}

const nextNoise = createNoise();

function fillWithNoise(band: Float32Array, energy: number): void {
  let sum = 0;
  for (let place = 0; place < band.length; place++) {
    const value = nextNoise();
    band[place] = value;
    sum += value * value;
  }
  const gain = 2 ** (energy / 4) / Math.sqrt(sum);
  for (let place = 0; place < band.length; place++) band[place] = (band[place] ?? 0) * gain;
}

function dequantiseBand(quantised: Int16Array, gain: number, band: Float32Array): void {
  for (let place = 0; place < band.length; place++) {
    const value = quantised[place] ?? 0;
    const size = Math.abs(value);
    const magnitude = (powers[size] ?? size ** (4 / 3)) * gain;
    band[place] = value < 0 ? -magnitude : magnitude;
  }
}

/** Turns the whole numbers of a frame into coefficients and fills its noise bands. */
export function dequantise(quantised: Int16Array, info: WindowInfo, bands: BandData): Float32Array {
  const spectrum = new Float32Array(FRAME_LENGTH);
  eachBand(info, (index, start, end) => {
    const codebook = bands.codebooks[index] ?? 0;
    const scale = bands.scales[index] ?? 0;
    const band = spectrum.subarray(start, end);
    if (codebook === CODEBOOK.noise) fillWithNoise(band, scale);
    else if (codebook > CODEBOOK.zero && codebook < CODEBOOK.noise) {
      dequantiseBand(quantised.subarray(start, end), 2 ** ((scale - GAIN_BIAS) / 4), band);
    }
  });
  return spectrum;
}
