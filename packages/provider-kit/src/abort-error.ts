import { TranscriptionError } from "@earshot/core";

const nameOf = (reason: unknown): unknown =>
  typeof reason === "object" && reason !== null && "name" in reason ? reason.name : undefined;

/**
 * What a fired signal means: the `TranscriptionError` it carries, `timeout` for the reason of
 * `AbortSignal.timeout`, otherwise `aborted`.
 */
export function toAbortError(signal: AbortSignal): TranscriptionError {
  const reason: unknown = signal.reason;
  if (TranscriptionError.is(reason)) return reason;
  if (nameOf(reason) === "TimeoutError") {
    return new TranscriptionError("timeout", "The provider did not answer before the deadline.");
  }
  return new TranscriptionError("aborted", "The request was cancelled.");
}

/** Throws the error of `toAbortError` when the signal has fired. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw toAbortError(signal);
}
