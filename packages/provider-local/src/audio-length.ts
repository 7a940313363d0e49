import type { probeAudio } from "@earshot/audio";
import { TranscriptionError } from "@earshot/core";
import type { AudioFile, Clock } from "@earshot/core";
import { throwIfAborted } from "@earshot/provider-kit";
import { SAMPLE_RATE } from "./engine/speech-engine.ts";

/** Encoders add some silence at both ends. */
const SLACK_SECONDS = 1;
/** A file that is there is measured sooner; one that is still arriving would be waited for. */
const PATIENCE_MS = 100;

const tooLong = (length: string, maxSeconds: number): TranscriptionError =>
  new TranscriptionError(
    "audio_too_long",
    `The audio is ${length}; the local engine takes ${maxSeconds} seconds at most. Cut it, or raise max_audio_seconds of the deployment.`,
    { param: "file" },
  );

/** Throws `audio_too_long` for a length that is known and over the limit. */
export function requireLength(seconds: number | undefined, maxSeconds: number): void {
  if (seconds !== undefined && seconds > maxSeconds + SLACK_SECONDS)
    throw tooLong(`${Math.round(seconds)} seconds long`, maxSeconds);
}

/** Passes samples on up to the limit, whatever the file says about itself. Throws `audio_too_long`. */
export async function* withinSeconds(
  audio: AsyncIterable<Float32Array>,
  maxSeconds: number,
): AsyncGenerator<Float32Array, void, undefined> {
  let samplesLeft = (maxSeconds + SLACK_SECONDS) * SAMPLE_RATE;
  for await (const block of audio) {
    samplesLeft -= block.length;
    if (samplesLeft < 0) throw tooLong(`longer than ${maxSeconds} seconds`, maxSeconds);
    yield block;
  }
}

/**
 * The length that the file states, in seconds; undefined when it does not, or when it would have to be
 * collected to find out. Rejects with the signal's error only: decoding tells what is wrong with a file.
 */
export async function statedSeconds(
  audio: AudioFile,
  probe: typeof probeAudio,
  signal: AbortSignal,
): Promise<number | undefined> {
  if (audio.durationSeconds !== undefined || audio.read === undefined) return audio.durationSeconds;
  try {
    return (await probe(audio, signal)).durationSeconds;
  } catch {
    throwIfAborted(signal);
    return undefined;
  }
}

/** What is known in a moment, else undefined. */
export async function soon<T>(pending: Promise<T>, clock: Clock): Promise<T | undefined> {
  const over = Promise.withResolvers<undefined>();
  const cancel = clock.after(PATIENCE_MS, () => over.resolve(undefined));
  try {
    return await Promise.race([pending, over.promise]);
  } finally {
    cancel();
  }
}
