import { TranscriptionError } from "@earshot/core";

/** What everything under way ends with when its engine is closed. */
export function closedError(): TranscriptionError {
  return new TranscriptionError("aborted", "The local engine was closed.");
}
