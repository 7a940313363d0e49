import { TranscriptionError } from "@earshot/core";

import type { AttemptRecord } from "./types.ts";

const attemptsByError = new WeakMap<TranscriptionError, readonly AttemptRecord[]>();

/** What was tried before `Router.run` rejected with this error; empty for every other value. */
export function attemptsOf(error: unknown): readonly AttemptRecord[] {
  return TranscriptionError.is(error) ? (attemptsByError.get(error) ?? []) : [];
}

/** Remembers the attempts behind an error, and answers that error. */
export function withAttempts(
  error: TranscriptionError,
  attempts: readonly AttemptRecord[],
): TranscriptionError {
  attemptsByError.set(error, attempts);
  return error;
}
