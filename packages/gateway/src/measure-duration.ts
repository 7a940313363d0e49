import { probeAudio } from "@earshot/audio";
import { TranscriptionError } from "@earshot/core";
import type { AudioFile, AudioSource, Capabilities } from "@earshot/core";

/** No codec that people send speech in stays below this; it spares the probe for small files. */
const LOWEST_BYTES_PER_SECOND = 500;

/** Whether some deployment has a limit on length that audio of this size could pass. */
export function needsDuration(
  sizeBytes: number | undefined,
  all: readonly Capabilities[],
): boolean {
  return all.some(({ maxDurationSeconds, minDurationSeconds }) => {
    if (sizeBytes === undefined) return false;
    const tooLong =
      maxDurationSeconds !== undefined && sizeBytes / LOWEST_BYTES_PER_SECOND > maxDurationSeconds;
    return tooLong || (minDurationSeconds !== undefined && sizeBytes < 4096);
  });
}

/** The audio with its measured length. Throws `audio_unreadable` for a container that cannot be read. */
export async function measureDuration(audio: AudioFile, signal: AbortSignal): Promise<AudioFile> {
  if (audio.durationSeconds !== undefined) return audio;
  const { durationSeconds } = await probeAudio(audio, signal);
  const read = audio.read?.bind(audio);
  return {
    type: "file",
    fileName: audio.fileName,
    mediaType: audio.mediaType,
    sizeBytes: audio.sizeBytes,
    durationSeconds,
    open: (options) => audio.open(options),
    ...(read === undefined ? {} : { read }),
  };
}

/** The length of a request's audio in seconds; undefined when it cannot be measured. Measured once. */
export type AudioLength = () => Promise<number | undefined>;

const lengthOf = async (audio: AudioSource, signal: AbortSignal): Promise<number | undefined> => {
  if (audio.type === "url") return undefined;
  try {
    const { durationSeconds = 0 } = await measureDuration(audio, signal);
    return durationSeconds > 0 ? durationSeconds : undefined;
  } catch (error) {
    // A provider may well read what Earshot cannot.
    if (TranscriptionError.is(error) && error.code === "aborted") throw error;
    return undefined;
  }
};

/** Measures when first asked, which waits for audio that is still arriving. Rejects with `aborted` only. */
export function createAudioLength(audio: AudioSource, signal: AbortSignal): AudioLength {
  let length: Promise<number | undefined> | undefined;
  return () => (length ??= lengthOf(audio, signal));
}
