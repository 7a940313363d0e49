import { besselI0 } from "../resampler.ts";
import { createInverseTransform } from "./inverse-transform.ts";
import { FRAME_LENGTH, SHORT_LENGTH, WINDOW_SEQUENCE } from "./window-info.ts";
import type { WindowInfo } from "./window-info.ts";

/** Turns one channel's coefficients into the next 1024 samples, full scale 1. */
export type FilterBank = (spectrum: Float32Array, info: WindowInfo) => Float32Array;

/** Where the short windows, or the short slope of a long one, begin within half a window. */
const SHORT_START = (FRAME_LENGTH - SHORT_LENGTH) / 2;

const sineSlope = (length: number): Float32Array =>
  Float32Array.from({ length }, (_, n) => Math.sin((Math.PI * (n + 0.5)) / (2 * length)));

function kaiserSlope(length: number, alpha: number): Float32Array {
  const kernel = Array.from({ length: length + 1 }, (_, n) =>
    besselI0(Math.PI * alpha * Math.sqrt(1 - ((2 * n) / length - 1) ** 2)),
  );
  const total = kernel.reduce((sum, value) => sum + value, 0);
  let sum = 0;
  return Float32Array.from({ length }, (_, n) => Math.sqrt((sum += kernel[n] ?? 0) / total));
}

/** Rising slopes, sine first. */
const longSlopes = [sineSlope(FRAME_LENGTH), kaiserSlope(FRAME_LENGTH, 4)] as const;
const shortSlopes = [sineSlope(SHORT_LENGTH), kaiserSlope(SHORT_LENGTH, 6)] as const;

/** The rising half of a window that begins with a short slope, or falls by one when read backwards. */
const steep = (slope: Float32Array): Float32Array => {
  const half = new Float32Array(FRAME_LENGTH).fill(1, SHORT_START + SHORT_LENGTH);
  half.set(slope, SHORT_START);
  return half;
};
const steepSlopes = [steep(shortSlopes[0]), steep(shortSlopes[1])] as const;

const pick = (slopes: readonly [Float32Array, Float32Array], shape: number): Float32Array =>
  shape === 0 ? slopes[0] : slopes[1];

const transformLong = createInverseTransform(FRAME_LENGTH);
const transformShort = createInverseTransform(SHORT_LENGTH);

/** Adds a window's samples to `target`, faded in by one slope and out by the other. */
function addWindow(
  target: Float32Array,
  samples: Float32Array,
  slopes: { readonly rise: Float32Array; readonly fall: Float32Array },
): void {
  const { rise, fall } = slopes;
  const half = rise.length;
  for (let n = 0; n < half; n++) {
    target[n] = (target[n] ?? 0) + (samples[n] ?? 0) * (rise[n] ?? 0);
    target[half + n] =
      (target[half + n] ?? 0) + (samples[half + n] ?? 0) * (fall[half - 1 - n] ?? 0);
  }
}

/** Makes the filter bank of one channel; it remembers the half window that overlaps the next. */
export function createFilterBank(): FilterBank {
  let pending = new Float32Array(2 * FRAME_LENGTH);
  let previousShape = 0;
  const longSamples = new Float32Array(2 * FRAME_LENGTH);
  const shortSamples = new Float32Array(2 * SHORT_LENGTH);

  const addShortWindows = (spectrum: Float32Array, info: WindowInfo): void => {
    for (let start = 0; start < FRAME_LENGTH; start += SHORT_LENGTH) {
      transformShort(spectrum.subarray(start, start + SHORT_LENGTH), shortSamples);
      addWindow(pending.subarray(SHORT_START + start), shortSamples, {
        rise: pick(shortSlopes, start === 0 ? previousShape : info.shape),
        fall: pick(shortSlopes, info.shape),
      });
    }
  };

  const addLongWindow = (spectrum: Float32Array, info: WindowInfo): void => {
    const { sequence, shape } = info;
    transformLong(spectrum, longSamples);
    addWindow(pending, longSamples, {
      rise: pick(sequence === WINDOW_SEQUENCE.longStop ? steepSlopes : longSlopes, previousShape),
      fall: pick(sequence === WINDOW_SEQUENCE.longStart ? steepSlopes : longSlopes, shape),
    });
  };

  return (spectrum, info) => {
    if (info.isShort) addShortWindows(spectrum, info);
    else addLongWindow(spectrum, info);
    previousShape = info.shape;
    const finished = pending.subarray(0, FRAME_LENGTH);
    const next = new Float32Array(2 * FRAME_LENGTH);
    next.set(pending.subarray(FRAME_LENGTH));
    pending = next;
    return finished;
  };
}
