import { TranscriptionError } from "@earshot/core";

/** Any error as one of ours that names the provider; `internal` for what was not foreseen. */
export function withProvider(error: unknown, provider: string): TranscriptionError {
  if (!TranscriptionError.is(error)) {
    const message = error instanceof Error ? error.message : String(error);
    return new TranscriptionError("internal", `The local engine failed: ${message}`, {
      provider,
      cause: error,
    });
  }
  if (error.provider !== undefined || error.code === "aborted") return error;
  const { param, retryAfterMs, cause } = error;
  return new TranscriptionError(error.code, error.message, {
    provider,
    ...(param === undefined ? {} : { param }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(cause === undefined ? {} : { cause }),
  });
}
