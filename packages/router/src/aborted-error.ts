import { TranscriptionError } from "@earshot/core";

/** The error of a request whose client is gone. */
export const abortedError = (signal: AbortSignal): TranscriptionError =>
  new TranscriptionError("aborted", "The request was cancelled.", { cause: signal.reason });
