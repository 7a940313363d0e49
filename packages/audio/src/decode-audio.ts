import type { AudioFile } from "@earshot/core";
import { toAudioError, unsupported } from "./audio-errors.ts";
import { openAudio } from "./open-audio.ts";
import { toSampleStream } from "./sample-stream.ts";

export interface DecodeOptions {
  /** Samples a second of the result; by default 16000. */
  readonly sampleRate?: number;
  /** Ends the decoding with `aborted`. */
  readonly signal?: AbortSignal;
}

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
    const { source, type, reader } = await openAudio(file, signal);
    if (reader === undefined) throw unsupported(`Audio of the type ${type.mediaType}`);
    const blocks = reader.decode(source, sampleRate);
    yield* toSampleStream(blocks, { sampleRate, signal, pacer: source.pacer });
  } catch (error) {
    throw toAudioError(error, signal);
  }
}
