import { CODEBOOK, readBandData } from "./band-data.ts";
import type { BandData } from "./band-data.ts";
import type { BitReader } from "./bit-reader.ts";
import { readShapingFilters } from "./noise-shaping.ts";
import type { ShapingFilter } from "./noise-shaping.ts";
import type { BandLayout } from "./scale-factor-bands.ts";
import { addPulses, dequantise, readPulses, readQuantisedSpectrum } from "./spectrum.ts";
import { eachBand, readWindowInfo } from "./window-info.ts";
import type { WindowInfo } from "./window-info.ts";

/** One channel of one frame before noise shaping and the inverse transform. */
export interface ChannelStream {
  readonly info: WindowInfo;
  readonly bands: BandData;
  readonly spectrum: Float32Array;
  readonly shapingFilters: readonly ShapingFilter[];
}

/** Reads `individual_channel_stream()`; `sharedInfo` is that of a pair with a common window. */
export function readChannelStream(
  reader: BitReader,
  layout: BandLayout,
  sharedInfo?: WindowInfo,
): ChannelStream {
  const globalGain = reader.read(8);
  const info = sharedInfo ?? readWindowInfo(reader, layout);
  const bands = readBandData(reader, info, globalGain);
  const pulses = reader.readFlag() ? readPulses(reader, info) : [];
  const shapingFilters = reader.readFlag() ? readShapingFilters(reader, info) : [];
  if (reader.readFlag()) throw new RangeError("Gain control is no part of AAC-LC.");
  const quantised = readQuantisedSpectrum(reader, info, bands);
  addPulses(quantised, pulses);
  return { info, bands, spectrum: dequantise(quantised, info, bands), shapingFilters };
}

type Pair = readonly [left: ChannelStream, right: ChannelStream];

const MASK = { none: 0, perBand: 1, all: 2 } as const;

/** One entry for each band of each group: 1 where the bands hold middle and side. */
function readMask(reader: BitReader, info: WindowInfo): Uint8Array {
  const mask = new Uint8Array(info.groups.length * info.bandCount);
  const kind = reader.read(2);
  if (kind > MASK.all) throw new RangeError("A reserved stereo mask.");
  if (kind === MASK.all) mask.fill(1);
  if (kind === MASK.perBand) {
    for (let index = 0; index < mask.length; index++) mask[index] = reader.read(1);
  }
  return mask;
}

function fromMiddleAndSide(left: Float32Array, right: Float32Array): void {
  for (let place = 0; place < left.length; place++) {
    const middle = left[place] ?? 0;
    const side = right[place] ?? 0;
    left[place] = middle + side;
    right[place] = middle - side;
  }
}

function copyScaled(source: Float32Array, gain: number, target: Float32Array): void {
  for (let place = 0; place < source.length; place++) target[place] = (source[place] ?? 0) * gain;
}

/** Undoes the joint coding of the two channels in place. */
function separate([left, right]: Pair, mask: Uint8Array): void {
  eachBand(right.info, (index, start, end) => {
    const leftBook = left.bands.codebooks[index] ?? 0;
    const rightBook = right.bands.codebooks[index] ?? 0;
    const masked = (mask[index] ?? 0) === 1;
    const leftBand = left.spectrum.subarray(start, end);
    const rightBand = right.spectrum.subarray(start, end);
    if (rightBook > CODEBOOK.noise) {
      const inverted = (rightBook === CODEBOOK.antiphase) !== masked;
      const gain = 0.5 ** ((right.bands.scales[index] ?? 0) / 4);
      copyScaled(leftBand, inverted ? -gain : gain, rightBand);
    } else if (masked && leftBook < CODEBOOK.noise && rightBook < CODEBOOK.noise) {
      fromMiddleAndSide(leftBand, rightBand);
    }
  });
}

/** Reads `channel_pair_element()` after its tag. */
export function readChannelPair(reader: BitReader, layout: BandLayout): Pair {
  if (!reader.readFlag()) {
    return [readChannelStream(reader, layout), readChannelStream(reader, layout)];
  }
  const info = readWindowInfo(reader, layout);
  const mask = readMask(reader, info);
  const left = readChannelStream(reader, layout, info);
  const right = readChannelStream(reader, layout, info);
  const pair: Pair = [left, right];
  separate(pair, mask);
  return pair;
}
