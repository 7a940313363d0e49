import { unreadable } from "./audio-errors.ts";
import { viewOf } from "./byte-fields.ts";
import type { SampleBlock } from "./decoders/packet-decoder.ts";

/** How uncompressed samples are stored. */
export interface PcmFormat {
  readonly encoding: PcmEncoding;
  readonly littleEndian: boolean;
  readonly channels: number;
  /** In Hz. */
  readonly sampleRate: number;
}

/** Whole numbers (`u` unsigned, `s` signed), floating point, and the two laws of telephony. */
export type PcmEncoding = "u8" | "s8" | "s16" | "s24" | "s32" | "f32" | "f64" | "ulaw" | "alaw";

/** Bytes of one sample of one channel. */
export const pcmSampleBytes: Readonly<Record<PcmEncoding, number>> = {
  u8: 1,
  s8: 1,
  s16: 2,
  s24: 3,
  s32: 4,
  f32: 4,
  f64: 8,
  ulaw: 1,
  alaw: 1,
};

const isPcmEncoding = (name: string): name is PcmEncoding => Object.hasOwn(pcmSampleBytes, name);

/** The format that a codec name such as `pcm-s16be` stands for; undefined for compressed audio. */
export function pcmFormatOf(track: {
  readonly codec: string;
  readonly channels: number;
  readonly sampleRate: number;
}): PcmFormat | undefined {
  const littleEndian = !track.codec.endsWith("be");
  const encoding = track.codec.replace(/^pcm-/, "").replace(/be$/, "");
  if (!isPcmEncoding(encoding)) return undefined;
  return { encoding, littleEndian, channels: track.channels, sampleRate: track.sampleRate };
}

/** Bytes of one sample of all channels. */
export const pcmFrameBytes = ({ encoding, channels }: PcmFormat): number =>
  pcmSampleBytes[encoding] * channels;

type ReadSample = (view: DataView, offset: number, littleEndian: boolean) => number;

/** @see ITU-T G.711, table 2 */
function expandUlaw(code: number): number {
  const value = ~code & 0xff;
  const magnitude = ((((value & 0x0f) << 3) + 0x84) << ((value & 0x70) >>> 4)) - 0x84;
  return ((value & 0x80) === 0 ? magnitude : -magnitude) / 32768;
}

/** @see ITU-T G.711, table 1 */
function expandAlaw(code: number): number {
  const value = code ^ 0x55;
  const exponent = (value & 0x70) >>> 4;
  const mantissa = ((value & 0x0f) << 4) + 8;
  const magnitude = exponent === 0 ? mantissa : (mantissa + 0x100) << (exponent - 1);
  return ((value & 0x80) === 0 ? -magnitude : magnitude) / 32768;
}

const tableOf = (expand: (code: number) => number): Float32Array =>
  Float32Array.from({ length: 256 }, (_, code) => expand(code));
const ulaw = tableOf(expandUlaw);
const alaw = tableOf(expandAlaw);

const readInt24: ReadSample = (view, offset, littleEndian) =>
  littleEndian
    ? (view.getInt8(offset + 2) << 16) | view.getUint16(offset, true)
    : (view.getInt16(offset, false) << 8) | view.getUint8(offset + 2);

/** One sample as a number from -1 to 1. */
const readers: Readonly<Record<PcmEncoding, ReadSample>> = {
  u8: (view, offset) => (view.getUint8(offset) - 128) / 128,
  s8: (view, offset) => view.getInt8(offset) / 128,
  s16: (view, offset, littleEndian) => view.getInt16(offset, littleEndian) / 32768,
  s24: (view, offset, littleEndian) => readInt24(view, offset, littleEndian) / 8_388_608,
  s32: (view, offset, littleEndian) => view.getInt32(offset, littleEndian) / 2_147_483_648,
  f32: (view, offset, littleEndian) => view.getFloat32(offset, littleEndian),
  f64: (view, offset, littleEndian) => view.getFloat64(offset, littleEndian),
  ulaw: (view, offset) => ulaw[view.getUint8(offset)] ?? 0,
  alaw: (view, offset) => alaw[view.getUint8(offset)] ?? 0,
};

/** The mean of all channels of interleaved samples; an incomplete last frame is left out. */
function pcmToMono(bytes: Uint8Array, format: PcmFormat): Float32Array {
  const { encoding, channels, littleEndian } = format;
  const read = readers[encoding];
  const step = pcmSampleBytes[encoding];
  const view = viewOf(bytes);
  const mono = new Float32Array(Math.floor(bytes.length / (step * channels)));
  let offset = 0;
  for (let index = 0; index < mono.length; index++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) {
      sum += read(view, offset, littleEndian);
      offset += step;
    }
    mono[index] = sum / channels;
  }
  return mono;
}

/** Samples that are converted at a time: a fraction of a second, about a millisecond of work. */
const SLICE_SAMPLES = 2 ** 16;
const MOST_SLICE_FRAMES = 8192;

/** Bytes to read at a time, a whole number of frames. */
export function pcmSliceBytes(format: PcmFormat): number {
  const frames = Math.floor(SLICE_SAMPLES / Math.max(1, format.channels));
  return Math.min(Math.max(1, frames), MOST_SLICE_FRAMES) * pcmFrameBytes(format);
}

/** Mixes interleaved samples to mono, slice by slice. */
export function* decodePcm(bytes: Uint8Array, format: PcmFormat): Generator<SampleBlock> {
  const sliceBytes = pcmSliceBytes(format);
  if (sliceBytes === 0) throw unreadable("The audio is damaged: it claims to have no channel.");
  for (let start = 0; start < bytes.length; start += sliceBytes) {
    const samples = pcmToMono(bytes.subarray(start, start + sliceBytes), format);
    if (samples.length > 0) yield { samples, sampleRate: format.sampleRate };
  }
}
