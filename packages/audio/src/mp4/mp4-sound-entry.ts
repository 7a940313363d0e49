import { readStreamConfig } from "../aac/stream-config.ts";
import type { StreamConfig } from "../aac/stream-config.ts";
import { viewOf } from "../byte-fields.ts";
import { findBox, readBoxes } from "./mp4-boxes.ts";
import type { Mp4Box } from "./mp4-boxes.ts";
import { readElementaryStream } from "./mp4-elementary-stream.ts";
import { mp4PcmCodecOf } from "./mp4-pcm-codec.ts";
import type { PcmDescription } from "./mp4-pcm-codec.ts";

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

interface Fields extends PcmDescription {
  readonly channels: number;
  readonly sampleRate: number;
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
  const pcm = mp4PcmCodecOf(fields);
  const unknown: Coding = { codec: pcm ?? fields.format.trim() };
  const coding = codings[fields.format]?.(fields) ?? unknown;
  return {
    codec: coding.codec,
    description: coding.description,
    sampleRate: coding.sampleRate ?? fields.sampleRate,
    channels: coding.channels ?? fields.channels,
  };
}
