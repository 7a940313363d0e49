import { probeAudio, sniffMediaType } from "@earshot/audio";
import { describedAs, TranscriptionError } from "@earshot/core";
import type { AudioFile, AudioSource, Capabilities } from "@earshot/core";

const HEAD_BYTES = 64;
const KNOWN = "flac, m4a, mp3, mp4, mpeg, mpga, oga, ogg, wav and webm";

const readHead = async (audio: AudioFile): Promise<Uint8Array> => {
  // Opening reads, and throws away, as much of a file as is good for sending it.
  if (audio.read !== undefined && audio.sizeBytes !== undefined)
    return audio.read(0, Math.min(HEAD_BYTES, audio.sizeBytes));
  const head = new Uint8Array(HEAD_BYTES);
  let length = 0;
  for await (const chunk of audio.open()) {
    const part = chunk.subarray(0, HEAD_BYTES - length);
    head.set(part, length);
    length += part.length;
    if (length === HEAD_BYTES) break;
  }
  return head.subarray(0, length);
};

const withExtension = (fileName: string, extension: string): string => {
  const base = fileName.slice(Math.max(fileName.lastIndexOf("/"), fileName.lastIndexOf("\\")) + 1);
  const dot = base.lastIndexOf(".");
  const stem = dot < 0 ? base : base.slice(0, dot);
  const current = base.slice(stem.length + 1).toLowerCase();
  return current === extension ? base : `${stem === "" ? "audio" : stem}.${extension}`;
};

/** Extensions that name the same container, so that a client's own spelling is kept. */
const SAME_CONTAINER: readonly (readonly string[])[] = [
  ["mp3", "mpga", "mpeg"],
  ["m4a", "mp4", "m4b", "mov", "3gp"],
  ["ogg", "oga", "opus"],
  ["webm", "weba", "mka", "mkv"],
  ["wav", "wave"],
];

const isSameContainer = (one: string, other: string): boolean =>
  one === other || SAME_CONTAINER.some((names) => names.includes(one) && names.includes(other));

/**
 * Recognises audio by its first bytes and gives it the file name and media type that providers go
 * by, whatever the client called it. Throws `audio_unreadable` (400) for anything that is no audio.
 */
export async function inspectAudio(audio: AudioFile): Promise<AudioFile> {
  const head = await readHead(audio);
  if (head.length === 0)
    throw new TranscriptionError("audio_unreadable", "The file is empty. Send audio.", {
      param: "file",
    });
  const found = sniffMediaType(head);
  if (found === undefined)
    throw new TranscriptionError(
      "audio_unreadable",
      `The file '${audio.fileName}' was not recognised as audio by its first bytes. Send one of ${KNOWN}.`,
      { param: "file" },
    );
  const dot = audio.fileName.lastIndexOf(".");
  const extension = dot < 0 ? "" : audio.fileName.slice(dot + 1).toLowerCase();
  const fileName = isSameContainer(extension, found.extension)
    ? withExtension(audio.fileName, extension)
    : withExtension(audio.fileName, found.extension);
  return describedAs(audio, { fileName, mediaType: found.mediaType });
}

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
  return durationSeconds === undefined ? audio : describedAs(audio, { durationSeconds });
}

/** The audio with its measured length. Throws `audio_unreadable` for a container that cannot be read. */
async function measureDuration(audio: AudioFile, signal: AbortSignal): Promise<AudioFile> {
  if (audio.durationSeconds !== undefined) return audio;
  const { durationSeconds } = await probeAudio(audio, signal);
  return describedAs(audio, { durationSeconds });
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
