import { uint32At } from "../byte-fields.ts";

/** The header of a FLAC frame. */
export interface FlacFrameHeader {
  /** In Hz; undefined when it is that of the stream. */
  readonly sampleRate: number | undefined;
  readonly channels: number;
  /** Samples of each channel in this frame. */
  readonly samples: number;
  /** True when `number` counts samples, false when it counts frames. */
  readonly countsSamples: boolean;
  readonly number: number;
}

/** The longest header. */
export const FLAC_HEADER_BYTES = 16;

const CRC_POLYNOMIAL = 0x07;
const STEREO_PLANS = 3;
const sampleRates: readonly (number | undefined)[] = [
  undefined,
  88_200,
  176_400,
  192_000,
  8000,
  16_000,
  22_050,
  24_000,
  32_000,
  44_100,
  48_000,
  96_000,
];
const INVALID = -1;

const crcTable = Uint8Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) {
    value = ((value << 1) ^ ((value & 0x80) === 0 ? 0 : CRC_POLYNOMIAL)) & 0xff;
  }
  return value;
});

function crc8(bytes: Uint8Array, start: number, end: number): number {
  let crc = 0;
  for (let index = start; index < end; index++) crc = crcTable[crc ^ (bytes[index] ?? 0)] ?? 0;
  return crc;
}

/** Takes the fields that follow the fixed ones, each of some bytes. */
interface FieldReader {
  readonly position: () => number;
  readonly take: (count: number) => number;
}

function createFieldReader(bytes: Uint8Array, start: number): FieldReader {
  let position = start;
  return {
    position: () => position,
    take: (count) => {
      let value = 0;
      for (let index = 0; index < count; index++) value = value * 256 + (bytes[position++] ?? 0);
      return value;
    },
  };
}

/** A number stored like a character of UTF-8, of up to 36 bits; `INVALID` when it is none. */
function readCodedNumber(reader: FieldReader): number {
  const first = reader.take(1);
  if (first < 0x80) return first;
  const ones = Math.clz32(~(first << 24));
  if (ones < 2 || ones > 7) return INVALID;
  let value = first & (0x7f >>> ones);
  for (let index = 1; index < ones; index++) {
    const byte = reader.take(1);
    if (byte >>> 6 !== 2) return INVALID;
    value = value * 64 + (byte & 0x3f);
  }
  return value;
}

function readSamples(code: number, reader: FieldReader): number {
  if (code === 1) return 192;
  if (code === 6) return reader.take(1) + 1;
  if (code === 7) return reader.take(2) + 1;
  if (code === 0) return INVALID;
  return code < 6 ? 576 << (code - 2) : 256 << (code - 8);
}

function readSampleRate(code: number, reader: FieldReader): number | undefined {
  if (code === 12) return reader.take(1) * 1000;
  if (code === 13) return reader.take(2);
  if (code === 14) return reader.take(2) * 10;
  return code === 15 ? INVALID : sampleRates[code];
}

function channelsOf(plan: number): number {
  if (plan < 8) return plan + 1;
  return plan < 8 + STEREO_PLANS ? 2 : INVALID;
}

/** True when the bits that every frame header begins with stand at an offset. */
export const isFlacSync = (bytes: Uint8Array, offset: number): boolean =>
  bytes[offset] === 0xff && (bytes[offset + 1] ?? 0) >>> 1 === 0x7c;

/**
 * Reads the frame header at an offset; undefined when there is none, which its checksum tells.
 * @see https://www.rfc-editor.org/rfc/rfc9639, section 9.1
 */
export function parseFlacFrameHeader(
  bytes: Uint8Array,
  offset: number,
): FlacFrameHeader | undefined {
  if (!isFlacSync(bytes, offset)) return undefined;
  const word = uint32At(bytes, offset);
  if ((word & 1) !== 0) return undefined;
  const reader = createFieldReader(bytes, offset + 4);
  const number = readCodedNumber(reader);
  const samples = readSamples((word >>> 12) & 15, reader);
  const sampleRate = readSampleRate((word >>> 8) & 15, reader);
  const channels = channelsOf((word >>> 4) & 15);
  const isValid = ![number, samples, sampleRate, channels].includes(INVALID);
  const end = reader.position();
  if (!isValid || crc8(bytes, offset, end) !== bytes[end]) return undefined;
  return { sampleRate, channels, samples, number, countsSamples: ((word >>> 16) & 1) === 1 };
}
