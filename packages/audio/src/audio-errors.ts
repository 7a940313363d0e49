import { TranscriptionError } from "@earshot/core";

/** The error for audio that is damaged, cut off or no audio at all. `what` is a whole sentence. */
export function unreadable(what: string, cause?: unknown): TranscriptionError {
  return new TranscriptionError("audio_unreadable", what, { param: "file", cause });
}

/** The error for audio that may be sound but that this package has no decoder for. */
export function unsupported(what: string): TranscriptionError {
  const message =
    `${what} cannot be decoded here. ` +
    "Convert it to WAV, MP3, M4A (AAC-LC), FLAC, Ogg or WebM (Opus or Vorbis).";
  return new TranscriptionError("unsupported_media", message, { param: "file" });
}

/** The error for work that its caller has called off. */
export function aborted(cause: unknown): TranscriptionError {
  return new TranscriptionError("aborted", "Reading the audio was cancelled.", { cause });
}

/** Throws `aborted` once the signal has fired. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw aborted(signal.reason);
}

/** Turns anything thrown while audio was being read into the error that may leave this package. */
export function toAudioError(error: unknown, signal: AbortSignal | undefined): TranscriptionError {
  if (TranscriptionError.is(error)) return error;
  if (signal?.aborted === true) return aborted(signal.reason);
  return unreadable("The audio is damaged: its structure cannot be followed.", error);
}
