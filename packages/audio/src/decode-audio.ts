import type { AudioFile } from "@earshot/core";
import { decodeAdts } from "./aac/decode-adts.ts";
import { toAudioError, unsupported } from "./audio-errors.ts";
import type { SampleBlock } from "./decoders/packet-decoder.ts";
import { openRandomAccess } from "./files/random-access.ts";
import type { RandomAccess } from "./files/random-access.ts";
import { decodeFlac } from "./flac/decode-flac.ts";
import { decodeMatroska } from "./matroska/decode-matroska.ts";
import type { Container, MediaType } from "./media-types.ts";
import { decodeMp3 } from "./mp3/decode-mp3.ts";
import { decodeMp4 } from "./mp4/decode-mp4.ts";
import { decodeOgg } from "./ogg/decode-ogg.ts";
import { recogniseAudio } from "./recognise-audio.ts";
import { toSampleStream } from "./sample-stream.ts";
import { decodeWave } from "./wave/decode-wave.ts";

export interface DecodeOptions {
  /** Samples a second of the result; by default 16000. */
  readonly sampleRate?: number;
  /** Ends the decoding with `aborted`. */
  readonly signal?: AbortSignal;
}

interface Decoding {
  readonly source: RandomAccess;
  readonly type: MediaType;
  readonly wantedRate: number;
}

type Decode = (decoding: Decoding) => AsyncIterable<SampleBlock>;

const refuse: Decode = ({ type }) => {
  throw unsupported(`Audio of the type ${type.mediaType}`);
};

const decoders: Readonly<Record<Container, Decode>> = {
  wav: ({ source }) => decodeWave(source),
  w64: ({ source }) => decodeWave(source),
  mp3: ({ source }) => decodeMp3(source),
  mp4: ({ source, wantedRate }) => decodeMp4(source, wantedRate),
  mov: ({ source, wantedRate }) => decodeMp4(source, wantedRate),
  flac: ({ source }) => decodeFlac(source),
  ogg: ({ source, wantedRate }) => decodeOgg(source, wantedRate),
  webm: ({ source, wantedRate }) => decodeMatroska(source, wantedRate),
  matroska: ({ source, wantedRate }) => decodeMatroska(source, wantedRate),
  adts: ({ source }) => decodeAdts(source),
  amr: refuse,
  aiff: refuse,
  caf: refuse,
  au: refuse,
  asf: refuse,
};

const DEFAULT_RATE = 16_000;

/**
 * Decodes audio to mono samples from -1 to 1 in pieces of one second, the last one shorter. Works
 * piece by piece in bounded memory, gives other work a turn every few milliseconds, and lets go of
 * everything as soon as the consumer stops. Audio without a sample yields nothing. Throws
 * `audio_unreadable` for junk and damaged audio, `unsupported_media` for codecs without a decoder,
 * `aborted` when the signal fires, and `audio_too_large` when an audio without `read` exceeds
 * `MAXIMUM_COLLECTED_BYTES`.
 */
export async function* decodeAudio(
  file: AudioFile,
  options: DecodeOptions = {},
): AsyncGenerator<Float32Array, void, undefined> {
  const { sampleRate = DEFAULT_RATE, signal } = options;
  try {
    const source = await openRandomAccess(file, signal);
    const type = await recogniseAudio(source);
    const blocks = decoders[type.container]({ source, type, wantedRate: sampleRate });
    yield* toSampleStream(blocks, { sampleRate, signal, pacer: source.pacer });
  } catch (error) {
    throw toAudioError(error, signal);
  }
}
