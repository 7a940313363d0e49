import { probeAudio } from "@earshot/audio";
import { TranscriptionError } from "@earshot/core";
import type { AudioFile, AudioSource, Capabilities } from "@earshot/core";

/** No codec that people send speech in stays below this; it spares the probe for small files. */
const LOWEST_BYTES_PER_SECOND = 500;
/** Nor does any pass this: 48 kHz, stereo, 32 bits. */
const HIGHEST_BYTES_PER_SECOND = 384_000;

/**
 * The audio, with its measured length where some deployment has a limit that audio of this size could
 * pass. Throws `audio_unreadable` for a large container that cannot be read; a small one is sent as it is.
 */
export async function measureForLimits(
  audio: AudioFile,
  all: readonly Capabilities[],
  signal: AbortSignal,
): Promise<AudioFile> {
  const { sizeBytes } = audio;
  if (sizeBytes === undefined) return audio;
  const longestSeconds = sizeBytes / LOWEST_BYTES_PER_SECOND;
  const shortestSeconds = sizeBytes / HIGHEST_BYTES_PER_SECOND;
  if (all.some(({ maxDurationSeconds = Infinity }) => longestSeconds > maxDurationSeconds))
    return measureDuration(audio, signal);
  if (!all.some(({ minDurationSeconds = 0 }) => shortestSeconds < minDurationSeconds)) return audio;
  const durationSeconds = await createAudioLength(audio, signal)();
  return durationSeconds === undefined ? audio : withDuration(audio, durationSeconds);
}

const withDuration = (audio: AudioFile, durationSeconds: number | undefined): AudioFile => {
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
};

/** The audio with its measured length. Throws `audio_unreadable` for a container that cannot be read. */
async function measureDuration(audio: AudioFile, signal: AbortSignal): Promise<AudioFile> {
  if (audio.durationSeconds !== undefined) return audio;
  return withDuration(audio, (await probeAudio(audio, signal)).durationSeconds);
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
