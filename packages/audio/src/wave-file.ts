import { unreadable, unsupported } from "./audio-errors.ts";
import { hasText, viewOf } from "./byte-fields.ts";
import { decodePcm, pcmSampleBytes, pcmSliceBytes } from "./decode-pcm.ts";
import type { PcmEncoding, PcmFormat } from "./decode-pcm.ts";
import type { SampleBlock } from "./decoders/packet-decoder.ts";
import type { RandomAccess } from "./random-access.ts";
import type { StreamDetails } from "./stream-details.ts";

/** One part of a RIFF file; `sizeBytes` is what its header says, which may be a lie. */
interface RiffChunk {
  readonly id: string;
  /** Where the content begins in the file. */
  readonly start: number;
  readonly sizeBytes: number;
}

interface Layout {
  readonly firstChunk: number;
  readonly headerBytes: number;
  readonly alignment: number;
  /** The size of the content. */
  sizeOf(header: DataView): number;
}

const riff: Layout = {
  firstChunk: 12,
  headerBytes: 8,
  alignment: 2,
  sizeOf: (header) => header.getUint32(4, true),
};

/** Sony Wave64: the names are GUIDs that begin with RIFF's, the sizes include the header. */
const wave64: Layout = {
  firstChunk: 40,
  headerBytes: 24,
  alignment: 8,
  sizeOf: (header) => Math.max(0, Number(header.getBigUint64(16, true)) - 24),
};

/** No real file has more; a hostile one could have millions. */
const MOST_CHUNKS = 1000;

/**
 * Reads the headers of the chunks of a WAV, RF64 or Wave64 file in order.
 * @see https://www.mmsp.ece.mcgill.ca/Documents/AudioFormats/WAVE/WAVE.html
 */
async function* readRiffChunks(source: RandomAccess): AsyncGenerator<RiffChunk> {
  const mark = await source.read(0, 4);
  const layout = hasText(mark, 0, "riff") ? wave64 : riff;
  let position = layout.firstChunk;
  for (let count = 0; position + layout.headerBytes <= source.sizeBytes; count++) {
    if (count === MOST_CHUNKS) throw unreadable("The WAV file has too many chunks.");
    source.pacer.step();
    if (source.pacer.isDue()) await source.pacer.giveWay();
    const header = await source.read(position, position + layout.headerBytes);
    const start = position + layout.headerBytes;
    const sizeBytes = layout.sizeOf(viewOf(header));
    yield { id: String.fromCharCode(...header.subarray(0, 4)), start, sizeBytes };
    position = start + Math.ceil(sizeBytes / layout.alignment) * layout.alignment;
  }
}

interface WaveFormat {
  /** Such as `pcm-s16` or `adpcm-ima`. */
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  /** Undefined for compressed audio. */
  readonly pcm: PcmFormat | undefined;
  /** Bytes of one second of audio. */
  readonly bytesPerSecond: number;
}

/** A WAV file with the place of its samples, as far as they really are in the file. */
interface WaveFile extends WaveFormat {
  /** Samples of each channel of compressed audio, when the file tells. */
  readonly statedSamples: number | undefined;
  readonly dataStart: number;
  readonly dataEnd: number;
}

const FORMAT_BYTES = 16;
const EXTENSIBLE = 0xfffe;
/** In RF64 it means that the size stands elsewhere, in other files that nobody knew it. */
const UNKNOWN_SIZE = 0xffff_ffff;
const EXTENSIBLE_BYTES = 26;
const HIGHEST_RATE = 768_000;
const MOST_CHANNELS = 64;

/** @see https://www.rfc-editor.org/rfc/rfc2361 */
const codecs: Readonly<Record<number, string>> = {
  2: "adpcm-ms",
  17: "adpcm-ima",
  49: "gsm-ms",
  80: "mp2",
  85: "mp3",
  255: "aac",
};

function encodingOf(tag: number, bits: number): PcmEncoding | undefined {
  const byBits: Readonly<Record<number, Readonly<Record<number, PcmEncoding>>>> = {
    1: { 8: "u8", 16: "s16", 24: "s24", 32: "s32" },
    3: { 32: "f32", 64: "f64" },
    6: { 8: "alaw" },
    7: { 8: "ulaw" },
  };
  return byBits[tag]?.[bits];
}

function parseFormat(bytes: Uint8Array): WaveFormat {
  if (bytes.length < FORMAT_BYTES) throw unreadable("The WAV file's format chunk is cut off.");
  const view = viewOf(bytes);
  const outerTag = view.getUint16(0, true);
  const isExtended = outerTag === EXTENSIBLE && bytes.length >= EXTENSIBLE_BYTES;
  const tag = isExtended ? view.getUint16(24, true) : outerTag;
  const channels = view.getUint16(2, true);
  const sampleRate = view.getUint32(4, true);
  const isPossible =
    channels > 0 && channels <= MOST_CHANNELS && sampleRate > 0 && sampleRate <= HIGHEST_RATE;
  if (!isPossible) {
    throw unreadable(`The WAV file claims ${channels} channels at ${sampleRate} Hz.`);
  }
  const encoding = encodingOf(tag, view.getUint16(14, true));
  if (encoding === undefined) {
    const codec = codecs[tag] ?? `wav-format-${tag}`;
    return { codec, sampleRate, channels, pcm: undefined, bytesPerSecond: view.getUint32(8, true) };
  }
  return {
    codec: encoding.endsWith("law") ? encoding : `pcm-${encoding}`,
    sampleRate,
    channels,
    pcm: { encoding, littleEndian: true, channels, sampleRate },
    bytesPerSecond: pcmSampleBytes[encoding] * channels * sampleRate,
  };
}

/** True when a chunk of size 0 is followed by other chunks, not by samples of unknown number. */
async function isReallyEmpty(source: RandomAccess, start: number): Promise<boolean> {
  const header = await source.read(start, start + 8);
  if (header.length < 8) return true;
  const isNamed = header.subarray(0, 4).every((byte) => byte >= 0x20 && byte < 0x7f);
  return isNamed && start + 8 + viewOf(header).getUint32(4, true) <= source.sizeBytes;
}

/** Programs that write into a pipe leave 0 or the highest number as the size, or an estimate. */
async function endOfData(source: RandomAccess, chunk: RiffChunk): Promise<number> {
  const { start, sizeBytes } = chunk;
  if (sizeBytes === 0 && !(await isReallyEmpty(source, start))) return source.sizeBytes;
  return Math.min(start + sizeBytes, source.sizeBytes);
}

/** The 64-bit size of the data of an RF64 file, whose own field holds 0xFFFFFFFF. */
const dataSizeOf = (bytes: Uint8Array): number | undefined =>
  bytes.length < 16 ? undefined : Number(viewOf(bytes).getBigUint64(8, true));

/** How many samples each channel of compressed audio has, by a `fact` chunk. */
const samplesOf = (bytes: Uint8Array): number | undefined =>
  bytes.length < 4 ? undefined : viewOf(bytes).getUint32(0, true);

/** More than any chunk in front of the samples needs. */
const PREAMBLE_BYTES = 64;

/** Reads the headers of a WAV, RF64 or Wave64 file up to its samples. Throws `audio_unreadable`. */
async function readWaveFile(source: RandomAccess): Promise<WaveFile> {
  let format: WaveFormat | undefined;
  let dataSize: number | undefined;
  let statedSamples: number | undefined;
  for await (const chunk of readRiffChunks(source)) {
    const { id, start, sizeBytes } = chunk;
    const read = (): Promise<Uint8Array> =>
      source.read(start, start + Math.min(sizeBytes, PREAMBLE_BYTES));
    if (id === "fmt ") format = parseFormat(await read());
    if (id === "ds64") dataSize = dataSizeOf(await read());
    if (id === "fact") statedSamples = samplesOf(await read()) ?? statedSamples;
    if (id !== "data") continue;
    if (format === undefined) throw unreadable("The WAV file has no format before its samples.");
    const trueSize = sizeBytes === UNKNOWN_SIZE ? (dataSize ?? sizeBytes) : sizeBytes;
    const dataEnd = await endOfData(source, { ...chunk, sizeBytes: trueSize });
    return { ...format, statedSamples, dataStart: start, dataEnd };
  }
  throw unreadable("The WAV file ends before its samples.");
}

function durationOf(file: WaveFile): number | undefined {
  const { pcm, statedSamples = 0, sampleRate, bytesPerSecond, dataStart, dataEnd } = file;
  if (pcm === undefined && statedSamples > 0) return statedSamples / sampleRate;
  return bytesPerSecond === 0 ? undefined : (dataEnd - dataStart) / bytesPerSecond;
}

/**
 * Measures a WAV, RF64 or Wave64 file by the samples that it really holds; compressed ones by what
 * the file says.
 */
export async function probeWave(source: RandomAccess): Promise<StreamDetails> {
  const file = await readWaveFile(source);
  const { codec, sampleRate, channels } = file;
  return { codec, sampleRate, channels, durationSeconds: durationOf(file) };
}

/** Slices that are read from the source at a time. */
const SLICES_PER_READ = 4;

/** Reads the samples of a WAV, RF64 or Wave64 file; `unsupported_media` for compressed ones. */
export async function* decodeWave(source: RandomAccess): AsyncGenerator<SampleBlock> {
  const { pcm, codec, dataStart, dataEnd } = await readWaveFile(source);
  if (pcm === undefined) throw unsupported(`WAV with ${codec} inside`);
  const readBytes = pcmSliceBytes(pcm) * SLICES_PER_READ;
  for (let start = dataStart; start < dataEnd; start += readBytes) {
    const bytes = await source.read(start, Math.min(start + readBytes, dataEnd));
    yield* decodePcm(bytes, pcm);
  }
}
