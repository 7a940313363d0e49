/**
 * The scale factor bands of each sampling frequency.
 * @see ISO/IEC 14496-3, tables 4.82 (which table a frequency uses) and 4.129 to 4.147
 */
type Widths = readonly (readonly [bands: number, width: number])[];

export interface BandLayout {
  /** Where each band begins; one more entry than bands, the last is the window's length. */
  readonly longOffsets: Uint16Array;
  readonly shortOffsets: Uint16Array;
  /** Bands that noise shaping may touch. */
  readonly longShapedBands: number;
  readonly shortShapedBands: number;
}

const toOffsets = (widths: Widths): Uint16Array => {
  const offsets = [0];
  let end = 0;
  for (const [bands, width] of widths) {
    for (let band = 0; band < bands; band++) offsets.push((end += width));
  }
  return Uint16Array.from(offsets);
};

const layout = (long: Widths, short: Widths, shaped: readonly [number, number]): BandLayout => ({
  longOffsets: toOffsets(long),
  shortOffsets: toOffsets(short),
  longShapedBands: shaped[0],
  shortShapedBands: shaped[1],
});

const long96: Widths = [
  [14, 4],
  [5, 8],
  [5, 12],
  [2, 16],
  [1, 24],
  [1, 28],
  [1, 36],
  [1, 44],
  [11, 64],
];
const long64: Widths = [
  [14, 4],
  [4, 8],
  [3, 12],
  [3, 16],
  [1, 20],
  [2, 24],
  [1, 28],
  [1, 36],
  [18, 40],
];
const long48: Widths = [
  [10, 4],
  [7, 8],
  [4, 12],
  [2, 16],
  [2, 20],
  [2, 24],
  [2, 28],
  [19, 32],
  [1, 96],
];
const long32: Widths = [
  [10, 4],
  [7, 8],
  [4, 12],
  [2, 16],
  [2, 20],
  [2, 24],
  [2, 28],
  [22, 32],
];
const long24: Widths = [
  [11, 4],
  [10, 8],
  [4, 12],
  [3, 16],
  [2, 20],
  [2, 24],
  [2, 28],
  [1, 32],
  [2, 36],
  [1, 40],
  [1, 44],
  [1, 48],
  [2, 52],
  [5, 64],
];
const long16: Widths = [
  [11, 8],
  [9, 12],
  [4, 16],
  [3, 20],
  [2, 24],
  [2, 28],
  [1, 32],
  [1, 36],
  [2, 40],
  [1, 44],
  [1, 48],
  [1, 52],
  [1, 56],
  [1, 60],
  [3, 64],
];
const long8: Widths = [
  [13, 12],
  [7, 16],
  [4, 20],
  [3, 24],
  [2, 28],
  [1, 32],
  [2, 36],
  [1, 40],
  [1, 44],
  [1, 48],
  [1, 52],
  [1, 56],
  [1, 60],
  [1, 64],
  [1, 80],
];
const short96: Widths = [
  [6, 4],
  [3, 8],
  [1, 16],
  [1, 28],
  [1, 36],
];
const short48: Widths = [
  [5, 4],
  [3, 8],
  [3, 12],
  [3, 16],
];
const short24: Widths = [
  [7, 4],
  [3, 8],
  [2, 12],
  [2, 16],
  [1, 20],
];
const short16: Widths = [
  [8, 4],
  [2, 8],
  [2, 12],
  [1, 16],
  [2, 20],
];
const short8: Widths = [
  [7, 4],
  [4, 8],
  [1, 12],
  [1, 16],
  [2, 20],
];

/** From which frequency in Hz on each layout applies, highest first. */
const layouts: readonly (readonly [fromHertz: number, layout: BandLayout])[] = [
  [75132, layout(long96, short96, [31, 9])],
  [55426, layout(long64, short96, [34, 10])],
  [46009, layout(long48, short48, [40, 14])],
  [37566, layout(long48, short48, [42, 14])],
  [27713, layout(long32, short48, [51, 14])],
  [18783, layout(long24, short24, [46, 14])],
  [9391, layout(long16, short16, [42, 14])],
  [0, layout(long8, short8, [39, 14])],
];

/** The bands that apply to a sampling frequency in Hz, also to one that is in no table. */
export function bandLayoutOf(sampleRate: number): BandLayout {
  const found = layouts.find(([fromHertz]) => sampleRate >= fromHertz);
  if (found === undefined) throw new RangeError(`No sampling frequency: ${sampleRate}.`);
  return found[1];
}
