import { TranscriptionError } from "@earshot/core";
import { BitReader } from "./bit-reader.ts";

/** What the frames of an AAC stream need to be decoded. */
export interface StreamConfig {
  /** Sampling frequency of the core in Hz; spectral band replication would double it. */
  readonly sampleRate: number;
  /** Undefined when the frames themselves tell. */
  readonly channels: number | undefined;
}

const OBJECT_TYPE = {
  lowComplexity: 2,
  bandReplication: 5,
  parametricStereo: 29,
  escape: 31,
} as const;
const objectTypeNames: Readonly<Record<number, string>> = {
  1: "AAC Main",
  3: "AAC SSR",
  4: "AAC LTP",
  23: "AAC-LD",
  36: "ALS",
  39: "AAC-ELD",
  42: "xHE-AAC",
};
const EXPLICIT_RATE = 15;
/** Sampling frequencies by their index in the bit stream, in Hz. */
export const sampleRates: readonly number[] = [
  96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000, 7350,
];
const HIGHEST_RATE = 192_000;

const unsupported = (what: string): TranscriptionError =>
  new TranscriptionError(
    "unsupported_media",
    `The audio is ${what}, of which only AAC-LC and the AAC-LC core of HE-AAC can be decoded here. ` +
      "Convert it to AAC-LC, MP3, Opus, FLAC or WAV.",
  );

/** The number of channels by the index in the bit stream. */
export function aacChannels(index: number): number | undefined {
  if (index === 0 || index > 7) return undefined;
  return index === 7 ? 8 : index;
}

/** Throws `unsupported_media` for anything but AAC-LC, by the number of ISO/IEC 14496-3, table 1.17. */
export function requireLowComplexity(objectType: number): void {
  if (objectType === OBJECT_TYPE.lowComplexity) return;
  throw unsupported(objectTypeNames[objectType] ?? `MPEG-4 audio of type ${objectType}`);
}

const readObjectType = (reader: BitReader): number => {
  const type = reader.read(5);
  return type === OBJECT_TYPE.escape ? 32 + reader.read(6) : type;
};

function readSampleRate(reader: BitReader): number {
  const index = reader.read(4);
  const rate = index === EXPLICIT_RATE ? reader.read(24) : (sampleRates[index] ?? 0);
  if (rate === 0 || rate > HIGHEST_RATE) throw new RangeError(`No sampling frequency: ${rate}.`);
  return rate;
}

/**
 * Reads an AudioSpecificConfig, as MP4 and Matroska store it. Throws `unsupported_media` for
 * anything but AAC-LC and HE-AAC, whose core is AAC-LC.
 * @see ISO/IEC 14496-3, 1.6.2.1
 */
export function readStreamConfig(bytes: Uint8Array): StreamConfig {
  const reader = new BitReader(bytes);
  let objectType = readObjectType(reader);
  const sampleRate = readSampleRate(reader);
  const channels = aacChannels(reader.read(4));
  if (objectType === OBJECT_TYPE.bandReplication || objectType === OBJECT_TYPE.parametricStereo) {
    readSampleRate(reader);
    objectType = readObjectType(reader);
  }
  requireLowComplexity(objectType);
  if (reader.readFlag()) throw unsupported("AAC with frames of 960 samples");
  return { sampleRate, channels };
}
