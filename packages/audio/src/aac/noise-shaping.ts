import type { BitReader } from "./bit-reader.ts";
import { SHORT_LENGTH } from "./window-info.ts";
import type { WindowInfo } from "./window-info.ts";

/** One all-pole filter over a stretch of one window's coefficients. */
export interface ShapingFilter {
  readonly start: number;
  readonly end: number;
  readonly downwards: boolean;
  /** Predictor coefficients, without the leading one. */
  readonly predictor: Float32Array;
}

const LONG_BITS = { count: 2, length: 6, order: 5, highestOrder: 12 } as const;
const SHORT_BITS = { count: 1, length: 4, order: 3, highestOrder: 7 } as const;

function readReflections(reader: BitReader, order: number, resolution: number): Float32Array {
  const bits = resolution - reader.read(1);
  const half = 1 << (bits - 1);
  return Float32Array.from({ length: order }, () => {
    const raw = reader.read(bits);
    const value = raw < half ? raw : raw - 2 * half;
    const scale = (1 << (resolution - 1)) + (value < 0 ? 0.5 : -0.5);
    return Math.sin((value * Math.PI) / (2 * scale));
  });
}

/** The step-up recursion. */
function toPredictor(reflections: Float32Array): Float32Array {
  const predictor = new Float32Array(reflections.length);
  for (let order = 0; order < reflections.length; order++) {
    const reflection = reflections[order] ?? 0;
    const previous = predictor.slice(0, order);
    for (let tap = 0; tap < order; tap++) {
      predictor[tap] = (previous[tap] ?? 0) + reflection * (previous[order - 1 - tap] ?? 0);
    }
    predictor[order] = reflection;
  }
  return predictor;
}

function readWindowFilters(
  reader: BitReader,
  info: WindowInfo,
  window: number,
): readonly ShapingFilter[] {
  const bits = info.isShort ? SHORT_BITS : LONG_BITS;
  const count = reader.read(bits.count);
  if (count === 0) return [];
  const resolution = reader.read(1) + 3;
  const limit = Math.min(info.shapedBands, info.bandCount);
  const offsetOf = (band: number): number =>
    window * SHORT_LENGTH + (info.bandOffsets[Math.min(band, limit)] ?? 0);
  let bottom = info.bandOffsets.length - 1;
  return Array.from({ length: count }, () => {
    const top = bottom;
    bottom = Math.max(0, top - reader.read(bits.length));
    const order = reader.read(bits.order);
    if (order > bits.highestOrder) throw new RangeError("A filter of too high an order.");
    const downwards = order > 0 && reader.readFlag();
    const predictor =
      order === 0 ? new Float32Array() : toPredictor(readReflections(reader, order, resolution));
    return { start: offsetOf(bottom), end: offsetOf(top), downwards, predictor };
  });
}

/** Reads `tns_data()`, the filters of all windows. */
export function readShapingFilters(reader: BitReader, info: WindowInfo): readonly ShapingFilter[] {
  const windows = info.isShort ? 8 : 1;
  return Array.from({ length: windows }, (_, window) =>
    readWindowFilters(reader, info, window),
  ).flat();
}

/** Runs one filter over the coefficients in place. */
export function shapeNoise(spectrum: Float32Array, filter: ShapingFilter): void {
  const { start, end, downwards, predictor } = filter;
  const step = downwards ? -1 : 1;
  let place = downwards ? end - 1 : start;
  for (let done = 0; done < end - start; done++) {
    let value = spectrum[place] ?? 0;
    const taps = Math.min(done, predictor.length);
    for (let tap = 0; tap < taps; tap++) {
      value -= (predictor[tap] ?? 0) * (spectrum[place - (tap + 1) * step] ?? 0);
    }
    spectrum[place] = value;
    place += step;
  }
}
