import type { Pacer } from "../pacer.ts";
import { ebmlFloat, ebmlText, ebmlUnsigned, readEbmlElements } from "./ebml.ts";
import type { EbmlElement } from "./ebml.ts";

/** @see https://www.matroska.org/technical/codec_specs.html */
const codecs: ReadonlyMap<string, string> = new Map([
  ["A_OPUS", "opus"],
  ["A_VORBIS", "vorbis"],
  ["A_AAC", "aac"],
  ["A_FLAC", "flac"],
  ["A_MPEG/L3", "mp3"],
  ["A_MPEG/L2", "mp3"],
]);
const integerEncodings: ReadonlyMap<number, string> = new Map([
  [8, "pcm-u8"],
  [16, "pcm-s16"],
  [24, "pcm-s24"],
  [32, "pcm-s32"],
]);

/** The codec by the name that this package uses; Matroska's own for those without a decoder. */
function codecOf(codecId: string, bitDepth: number): string {
  const integer = integerEncodings.get(bitDepth);
  if (codecId === "A_PCM/INT/LIT" && integer !== undefined) return integer;
  if (codecId === "A_PCM/INT/BIG" && integer !== undefined) return `${integer}be`;
  if (codecId === "A_PCM/FLOAT/IEEE") return `pcm-f${bitDepth}`;
  return codecs.get(codecId) ?? codecId;
}

/** One audio track of a WebM or Matroska file. */
export interface MatroskaTrack {
  readonly number: number;
  /** Such as `opus` or `pcm-s16be`; Matroska's own name for codecs without a decoder. */
  readonly codec: string;
  /** What the codec needs to know before the first packet. */
  readonly description: Uint8Array | undefined;
  /** In Hz. */
  readonly sampleRate: number;
  readonly channels: number;
  /** How much of the beginning is not to be heard. */
  readonly delaySeconds: number;
  /** Bytes that were left out in front of every packet. */
  readonly packetPrefix: Uint8Array;
}

const ID = {
  trackEntry: 0xae,
  trackNumber: 0xd7,
  trackType: 0x83,
  codecId: 0x86,
  codecPrivate: 0x63a2,
  codecDelay: 0x56aa,
  audio: 0xe1,
  samplingFrequency: 0xb5,
  channels: 0x9f,
  bitDepth: 0x6264,
  contentEncodings: 0x6d80,
  contentEncoding: 0x6240,
  contentCompression: 0x5034,
  contentCompAlgo: 0x4254,
  contentCompSettings: 0x4255,
} as const;

const AUDIO_TYPE = 2;
/** A track is looked through for some twenty elements. */
const TRACK_STEPS = 64;
const HEADER_STRIPPING = 3;
const NANOSECONDS = 1e9;
const DEFAULT_RATE = 8000;

type Elements = ReadonlyMap<number, Uint8Array>;

/** The contents of the elements inside an element; the last of each id counts. */
const elementsOf = (content: Uint8Array | undefined): Elements => {
  const elements: readonly EbmlElement[] = [...readEbmlElements(content ?? new Uint8Array())];
  return new Map(elements.map((element) => [element.id, element.content]));
};

const unsignedAt = (elements: Elements, id: number, missing: number): number => {
  const content = elements.get(id);
  return content === undefined ? missing : ebmlUnsigned(content);
};

/** Undefined for packets that were compressed in a way that is not undone here. */
function readPacketPrefix(entry: Elements): Uint8Array | undefined {
  const encodings = entry.get(ID.contentEncodings);
  if (encodings === undefined) return new Uint8Array();
  const encoding = elementsOf(elementsOf(encodings).get(ID.contentEncoding));
  const compression = elementsOf(encoding.get(ID.contentCompression));
  const isStripped = unsignedAt(compression, ID.contentCompAlgo, 0) === HEADER_STRIPPING;
  return isStripped ? (compression.get(ID.contentCompSettings) ?? new Uint8Array()) : undefined;
}

function readTrack(content: Uint8Array): MatroskaTrack | undefined {
  const entry = elementsOf(content);
  const packetPrefix = readPacketPrefix(entry);
  const isAudio = unsignedAt(entry, ID.trackType, 0) === AUDIO_TYPE;
  if (!isAudio || packetPrefix === undefined) return undefined;
  const audio = elementsOf(entry.get(ID.audio));
  const frequency = audio.get(ID.samplingFrequency);
  return {
    number: unsignedAt(entry, ID.trackNumber, 0),
    codec: codecOf(
      ebmlText(entry.get(ID.codecId) ?? new Uint8Array()),
      unsignedAt(audio, ID.bitDepth, 0),
    ),
    description: entry.get(ID.codecPrivate),
    sampleRate: frequency === undefined ? DEFAULT_RATE : Math.round(ebmlFloat(frequency)),
    channels: unsignedAt(audio, ID.channels, 1),
    delaySeconds: unsignedAt(entry, ID.codecDelay, 0) / NANOSECONDS,
    packetPrefix,
  };
}

/**
 * The first audio track in the content of `Tracks`; undefined when there is none.
 * @see https://www.rfc-editor.org/rfc/rfc9559, section 5.1.4
 */
export async function findAudioTrack(
  content: Uint8Array,
  pacer: Pacer,
): Promise<MatroskaTrack | undefined> {
  for (const element of readEbmlElements(content)) {
    pacer.step(element.id === ID.trackEntry ? TRACK_STEPS : 1);
    if (pacer.isDue()) await pacer.giveWay();
    const track = element.id === ID.trackEntry ? readTrack(element.content) : undefined;
    if (track !== undefined) return track;
  }
  return undefined;
}
