import { TranscriptionError } from "@earshot/core";
import { toAbortError } from "./abort-error.ts";
import { redact, toSentence } from "./redact.ts";

/** Runtimes quote headers in their errors; the log shows causes in full. */
const toSafeCause = (cause: unknown, secrets: readonly string[], depth = 0): unknown => {
  if (!(cause instanceof Error)) return typeof cause === "string" ? redact(cause, secrets) : cause;
  const texts = [cause.message, cause.stack ?? ""];
  const inner: unknown =
    cause.cause === undefined || depth > 3
      ? undefined
      : toSafeCause(cause.cause, secrets, depth + 1);
  if (inner === cause.cause && texts.every((text) => !secrets.some((each) => text.includes(each))))
    return cause;
  const safe = new Error(
    redact(cause.message, secrets),
    inner === undefined ? {} : { cause: inner },
  );
  safe.name = cause.name;
  if (cause.stack !== undefined) safe.stack = redact(cause.stack, secrets);
  return "code" in cause ? Object.assign(safe, { code: cause.code }) : safe;
};

/** Who was called, and what may not be told about it. */
interface Called {
  readonly provider: string;
  readonly secrets: readonly string[];
  readonly signal: AbortSignal;
}

/**
 * Names the provider in an error of the transport, which does not know whom it called, and takes the
 * secrets out of it and of its causes.
 */
export function toProviderError(error: unknown, called: Called): TranscriptionError {
  const { provider, secrets, signal } = called;
  if (TranscriptionError.is(error)) {
    if (error.provider !== undefined) return error;
    const cause = toSafeCause(error.cause, secrets);
    return error.with({ problem: redact(error.problem, secrets), provider, cause });
  }
  if (signal.aborted) return toAbortError(signal);
  const words = toSentence(error instanceof Error ? error.message : String(error), secrets);
  const message = `The call to ${provider} broke off: ${words}`;
  return new TranscriptionError("internal", message, { provider });
}
