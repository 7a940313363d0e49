import { readStreamConfig } from "../aac/stream-config.ts";
import type { StreamConfig } from "../aac/stream-config.ts";
import { viewOf } from "../byte-fields.ts";
import { findBox, readBoxes } from "./mp4-boxes.ts";
import type { Mp4Box } from "./mp4-boxes.ts";

/** What an `esds` box says about the codec. */
interface ElementaryStream {
  /** By the table that MP4 registers codecs in. */
  readonly objectType: number;
  /** What the codec needs to know before the first packet. */
  readonly description: Uint8Array | undefined;
}

const TAG = { stream: 3, decoderConfig: 4, decoderSpecific: 5 } as const;
const VERSION_BYTES = 4;
const DECODER_CONFIG_BYTES = 13;
const LONGEST_SIZE = 4;
const STREAM_FLAG = { dependsOn: 0x80, url: 0x40, clock: 0x20 } as const;

interface Descriptor {
  readonly tag: number;
  readonly content: Uint8Array;
}

/** The descriptor at the beginning of some bytes; its size is told seven bits at a time. */
function readDescriptor(bytes: Uint8Array): Descriptor | undefined {
  const [tag] = bytes;
  if (tag === undefined) return undefined;
  let size = 0;
  let offset = 1;
  let byte = 0x80;
  while ((byte & 0x80) !== 0 && offset <= LONGEST_SIZE) {
    byte = bytes[offset++] ?? 0;
    size = size * 128 + (byte & 0x7f);
  }
  return { tag, content: bytes.subarray(offset, offset + size) };
}

/** Bytes of a stream descriptor in front of the descriptors inside it. */
function streamFieldBytes(content: Uint8Array): number {
  const flags = content[2] ?? 0;
  const url = (flags & STREAM_FLAG.url) === 0 ? 0 : 1 + (content[3] ?? 0);
  const dependsOn = (flags & STREAM_FLAG.dependsOn) === 0 ? 0 : 2;
  const clock = (flags & STREAM_FLAG.clock) === 0 ? 0 : 2;
  return 3 + dependsOn + url + clock;
}

/**
 * Reads the content of an `esds` box; undefined when it is damaged.
 * @see ISO/IEC 14496-1, 7.2.6
 */
function readElementaryStream(esds: Uint8Array): ElementaryStream | undefined {
  const stream = readDescriptor(esds.subarray(VERSION_BYTES));
  if (stream?.tag !== TAG.stream) return undefined;
  const config = readDescriptor(stream.content.subarray(streamFieldBytes(stream.content)));
  const [objectType] = config?.content ?? [];
  if (config?.tag !== TAG.decoderConfig || objectType === undefined) return undefined;
  const specific = readDescriptor(config.content.subarray(DECODER_CONFIG_BYTES));
  const description = specific?.tag === TAG.decoderSpecific ? specific.content : undefined;
  return { objectType, description };
}

/** What a sound description says. */
interface Fields {
  /** The description's four characters. */
  readonly format: string;
  readonly channels: number;
  readonly sampleRate: number;
  readonly bits: number;
  /** Flags of the newest version of the description. */
  readonly flags: number;
  /** The boxes behind the fields. */
  readonly extensions: Uint8Array;
}

type NameCodec = (fields: Fields, order: "" | "be") => string;

const FLAG = { float: 1, bigEndian: 2 } as const;

/** @see https://developer.apple.com/documentation/quicktime-file-format/sound_sample_descriptions */
const codecs: Readonly<Record<string, NameCodec>> = {
  "raw ": () => "pcm-u8",
  sowt: ({ bits }) => (bits === 8 ? "pcm-s8" : "pcm-s16"),
  twos: ({ bits }) => (bits === 8 ? "pcm-s8" : "pcm-s16be"),
  in24: (_, order) => `pcm-s24${order}`,
  in32: (_, order) => `pcm-s32${order}`,
  fl32: (_, order) => `pcm-f32${order}`,
  fl64: (_, order) => `pcm-f64${order}`,
  ulaw: () => "ulaw",
  alaw: () => "alaw",
  lpcm: ({ bits, flags }) =>
    `pcm-${(flags & FLAG.float) === 0 ? "s" : "f"}${bits}${(flags & FLAG.bigEndian) === 0 ? "" : "be"}`,
};

/** The codec by the name that this package uses; undefined for compressed sound. */
function pcmCodecOf(fields: Fields): string | undefined {
  const { format, extensions } = fields;
  const mark = findBox(extensions, "wave", "enda") ?? findBox(extensions, "enda");
  return codecs[format]?.(fields, mark?.[1] === 1 ? "" : "be");
}

/** How the sound of a track is coded. */
export interface SoundEntry {
  /** Such as `aac` or `pcm-s16be`; the file's own four characters for codecs without a decoder. */
  readonly codec: string;
  /** What the codec needs to know before the first packet. */
  readonly description: Uint8Array | undefined;
  /** In Hz; 0 when not told. */
  readonly sampleRate: number;
  readonly channels: number;
}

/** Bytes of the fields by the version of the description. */
const fieldBytes: readonly number[] = [28, 44, 64];

/** @see ISO/IEC 14496-12, 12.2.3; versions 1 and 2 are QuickTime's */
function readFields({ type: format, content }: Mp4Box): Fields | undefined {
  const view = viewOf(content);
  const version = content.length < 28 ? -1 : view.getUint16(8);
  const bytes = fieldBytes[version];
  if (bytes === undefined || content.length < bytes) return undefined;
  const extensions = content.subarray(bytes);
  const isNewest = version === 2;
  return {
    format,
    extensions,
    channels: isNewest ? view.getUint32(40) : view.getUint16(16),
    bits: isNewest ? view.getUint32(48) : view.getUint16(18),
    flags: isNewest ? view.getUint32(52) : 0,
    sampleRate: isNewest ? Math.round(view.getFloat64(32)) : view.getUint32(24) >>> 16,
  };
}

interface Coding {
  readonly codec: string;
  readonly description?: Uint8Array | undefined;
  /** What the codec itself says; the fields of the file are often left at their usual values. */
  readonly sampleRate?: number;
  readonly channels?: number | undefined;
}

/** The registered numbers of AAC and of MPEG audio. */
const objectTypes: ReadonlyMap<number, string> = new Map([
  [0x40, "aac"],
  [0x66, "aac"],
  [0x67, "aac"],
  [0x68, "aac"],
  [0x69, "mp3"],
  [0x6b, "mp3"],
]);

/** Nothing for kinds of AAC that cannot be decoded here: they can still be measured. */
function readAac(description: Uint8Array | undefined): Partial<StreamConfig> {
  try {
    return description === undefined ? {} : readStreamConfig(description);
  } catch {
    return {};
  }
}

function readMp4a({ extensions, format }: Fields): Coding {
  const esds = findBox(extensions, "esds") ?? findBox(extensions, "wave", "esds");
  const stream = esds === undefined ? undefined : readElementaryStream(esds);
  const codec = objectTypes.get(stream?.objectType ?? -1) ?? format;
  const description = stream?.description;
  return { codec, description, ...(codec === "aac" ? readAac(description) : {}) };
}

/**
 * Opus in MP4 has the fields of Ogg's first packet in the other byte order.
 * @see https://opus-codec.org/docs/opus_in_isobmff.html, section 4.3.2
 */
function readOpus({ extensions }: Fields): Coding {
  const box = findBox(extensions, "dOps");
  if (box === undefined || box.length < 11) return { codec: "opus" };
  const description = new Uint8Array(8 + box.length);
  description.set(new TextEncoder().encode("OpusHead"));
  description.set(box, 8);
  const view = viewOf(description);
  view.setUint8(8, 1);
  for (const offset of [10, 16]) view.setUint16(offset, view.getUint16(offset), true);
  view.setUint32(12, view.getUint32(12), true);
  return { codec: "opus", description };
}

const codings: Readonly<Record<string, (fields: Fields) => Coding>> = {
  mp4a: readMp4a,
  Opus: readOpus,
  fLaC: () => ({ codec: "flac" }),
  ".mp3": () => ({ codec: "mp3" }),
};

/** Reads the first entry of an `stsd` box; undefined when it is damaged. */
export function readSoundEntry(stsd: Uint8Array): SoundEntry | undefined {
  const [entry] = readBoxes(stsd.subarray(8));
  const fields = entry === undefined ? undefined : readFields(entry);
  if (fields === undefined) return undefined;
  const pcm = pcmCodecOf(fields);
  const unknown: Coding = { codec: pcm ?? fields.format.trim() };
  const coding = codings[fields.format]?.(fields) ?? unknown;
  return {
    codec: coding.codec,
    description: coding.description,
    sampleRate: coding.sampleRate ?? fields.sampleRate,
    channels: coding.channels ?? fields.channels,
  };
}
