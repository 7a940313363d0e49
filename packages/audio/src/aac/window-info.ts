import type { BitReader } from "./bit-reader.ts";
import type { BandLayout } from "./scale-factor-bands.ts";

/** How the window of one frame meets its neighbours; the numbers are those of the bit stream. */
export const WINDOW_SEQUENCE = { long: 0, longStart: 1, eightShort: 2, longStop: 3 } as const;

/** The shape of one frame's window or windows, and how its coefficients are divided. */
export interface WindowInfo {
  readonly sequence: number;
  /** 0: sine, 1: Kaiser-Bessel derived. */
  readonly shape: number;
  readonly isShort: boolean;
  /** How many windows share their scale factors, group by group; their sum is 1 or 8. */
  readonly groups: readonly number[];
  /** Bands in use in every group. */
  readonly bandCount: number;
  /** Where each band of a window begins. */
  readonly bandOffsets: Uint16Array;
  /** Bands that noise shaping may touch. */
  readonly shapedBands: number;
}

const GROUPING_BITS = 7;

/** A set bit joins a window to the one before it. */
function readGroups(reader: BitReader): readonly number[] {
  const grouping = reader.read(GROUPING_BITS);
  const groups = [1];
  for (let bit = GROUPING_BITS - 1; bit >= 0; bit--) {
    if (((grouping >>> bit) & 1) === 1) groups.push((groups.pop() ?? 0) + 1);
    else groups.push(1);
  }
  return groups;
}

/** Reads `ics_info()`. */
export function readWindowInfo(reader: BitReader, layout: BandLayout): WindowInfo {
  reader.skip(1);
  const sequence = reader.read(2);
  const shape = reader.read(1);
  const isShort = sequence === WINDOW_SEQUENCE.eightShort;
  const bandCount = reader.read(isShort ? 4 : 6);
  const groups = isShort ? readGroups(reader) : [1];
  if (!isShort && reader.readFlag()) throw new RangeError("Prediction is no part of AAC-LC.");
  const bandOffsets = isShort ? layout.shortOffsets : layout.longOffsets;
  if (bandCount >= bandOffsets.length) throw new RangeError("More bands than the window has.");
  return {
    sequence,
    shape,
    isShort,
    groups,
    bandCount,
    bandOffsets,
    shapedBands: isShort ? layout.shortShapedBands : layout.longShapedBands,
  };
}

/** Coefficients of a frame, in one window or in eight. */
export const FRAME_LENGTH = 1024;
export const SHORT_LENGTH = 128;

/** The index of a band (`group * bandCount + band`), and its coefficients in one of its windows. */
type VisitBand = (index: number, start: number, end: number) => void;

/** Visits every band of every window in the order of the bit stream. */
export function eachBand(info: WindowInfo, visit: VisitBand): void {
  const { bandCount, bandOffsets } = info;
  let firstWindow = 0;
  for (const [group, windows] of info.groups.entries()) {
    for (let cell = 0; cell < bandCount * windows; cell++) {
      const band = Math.floor(cell / windows);
      const start = (firstWindow + (cell % windows)) * SHORT_LENGTH;
      visit(
        group * bandCount + band,
        start + (bandOffsets[band] ?? 0),
        start + (bandOffsets[band + 1] ?? 0),
      );
    }
    firstWindow += windows;
  }
}
