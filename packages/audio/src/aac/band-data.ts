import { createHuffmanReader } from "./bit-reader.ts";
import type { BitReader } from "./bit-reader.ts";
import { scaleFactorBook } from "./huffman-tables.ts";
import type { WindowInfo } from "./window-info.ts";

/** Codebook numbers that do not stand for a Huffman code. */
export const CODEBOOK = { zero: 0, reserved: 12, noise: 13, antiphase: 14, inPhase: 15 } as const;

export interface BandData {
  /** Codebook by `group * bandCount + band`. */
  readonly codebooks: Uint8Array;
  /** Scale factor, noise energy or intensity position, by the codebook; same index. */
  readonly scales: Int16Array;
}

const SECTION_CODEBOOK_BITS = 4;
const DELTA_BIAS = 60;
const NOISE_BIAS = 90 + 256;
const NOISE_START_BITS = 9;
const readDelta = createHuffmanReader(scaleFactorBook);

function readSectionLength(reader: BitReader, isShort: boolean): number {
  const bits = isShort ? 3 : 5;
  const escape = (1 << bits) - 1;
  let length = 0;
  let part = escape;
  while (part === escape) {
    part = reader.read(bits);
    length += part;
  }
  return length;
}

function readCodebooks(reader: BitReader, info: WindowInfo): Uint8Array {
  const { bandCount, groups, isShort } = info;
  const codebooks = new Uint8Array(groups.length * bandCount);
  for (let group = 0; group < groups.length; group++) {
    let band = 0;
    while (band < bandCount) {
      const codebook = reader.read(SECTION_CODEBOOK_BITS);
      if (codebook === CODEBOOK.reserved) throw new RangeError("A reserved codebook.");
      const end = band + readSectionLength(reader, isShort);
      if (end > bandCount) throw new RangeError("A section beyond the last band.");
      codebooks.fill(codebook, group * bandCount + band, group * bandCount + end);
      band = end;
    }
  }
  return codebooks;
}

function readScales(reader: BitReader, codebooks: Uint8Array, globalGain: number): Int16Array {
  const scales = new Int16Array(codebooks.length);
  let gain = globalGain;
  let position = 0;
  let noise: number | undefined;
  for (let index = 0; index < codebooks.length; index++) {
    const codebook = codebooks[index] ?? 0;
    if (codebook === CODEBOOK.zero) continue;
    if (codebook === CODEBOOK.noise) {
      noise =
        noise === undefined
          ? globalGain - NOISE_BIAS + reader.read(NOISE_START_BITS)
          : noise + readDelta(reader) - DELTA_BIAS;
      scales[index] = noise;
    } else if (codebook > CODEBOOK.noise) {
      position += readDelta(reader) - DELTA_BIAS;
      scales[index] = position;
    } else {
      gain += readDelta(reader) - DELTA_BIAS;
      if (gain < 0 || gain > 255) throw new RangeError("A scale factor out of range.");
      scales[index] = gain;
    }
  }
  return scales;
}

/** Reads `section_data()` and `scale_factor_data()`. */
export function readBandData(reader: BitReader, info: WindowInfo, globalGain: number): BandData {
  const codebooks = readCodebooks(reader, info);
  return { codebooks, scales: readScales(reader, codebooks, globalGain) };
}
