import { TranscriptionError } from "@earshot/core";
import { toTranscriptionError } from "./to-transcription-error.ts";
import type { AttemptRecord } from "./types.ts";

const attemptsByError = new WeakMap<TranscriptionError, readonly AttemptRecord[]>();

/** What was tried before `Router.run` rejected with this error; empty for every other value. */
export function attemptsOf(error: unknown): readonly AttemptRecord[] {
  return TranscriptionError.is(error) ? (attemptsByError.get(error) ?? []) : [];
}

/** Remembers the attempts behind an error; what is no `TranscriptionError` becomes an `internal` one. */
export function withAttempts(
  cause: unknown,
  attempts: readonly AttemptRecord[],
): TranscriptionError {
  const error = toTranscriptionError(cause);
  attemptsByError.set(error, attempts);
  return error;
}
