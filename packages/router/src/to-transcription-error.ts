import { TranscriptionError } from "@earshot/core";

/** The error itself, or `internal` with it as the cause: nothing else may leave the package. */
export const toTranscriptionError = (cause: unknown): TranscriptionError =>
  TranscriptionError.is(cause)
    ? cause
    : new TranscriptionError("internal", "The request failed by a mistake in the program.", {
        cause,
      });
