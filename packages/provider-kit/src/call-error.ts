import { TranscriptionError } from "@earshot/core";
import type { HttpCall } from "@earshot/core";
import { secretsOf } from "./call-secrets.ts";
import { asRecord, asString } from "./loose-readers.ts";
import { redact, toSentence } from "./redact.ts";

/**
 * What a fired signal means: the `TranscriptionError` it carries, `timeout` for the reason of
 * `AbortSignal.timeout`, otherwise `aborted`.
 */
export function toAbortError(signal: AbortSignal): TranscriptionError {
  const reason: unknown = signal.reason;
  if (TranscriptionError.is(reason)) return reason;
  return asRecord(reason)?.["name"] === "TimeoutError"
    ? new TranscriptionError("timeout", "The provider did not answer before the deadline.")
    : new TranscriptionError("aborted", "The request was cancelled.");
}

/** Throws the error of `toAbortError` when the signal has fired. */
export function throwIfAborted(signal: AbortSignal): void {
  if (signal.aborted) throw toAbortError(signal);
}

/** The call that failed, for the message; only its host is shown. */
export interface CallScope {
  readonly call: Pick<HttpCall, "url" | "headers">;
  readonly signal: AbortSignal;
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ["ECONNREFUSED", "nothing listens there"],
  ["ENOTFOUND", "its name cannot be resolved"],
  ["EAI_AGAIN", "its name cannot be resolved for now"],
  ["ECONNRESET", "the connection was reset"],
  ["EPIPE", "the connection was closed"],
  ["UND_ERR_SOCKET", "the connection was closed"],
  ["CERT_HAS_EXPIRED", "its certificate has expired"],
  ["DEPTH_ZERO_SELF_SIGNED_CERT", "its certificate is self-signed"],
  ["SELF_SIGNED_CERT_IN_CHAIN", "its certificate is self-signed"],
  ["ERR_TLS_CERT_ALTNAME_INVALID", "its certificate is for another name"],
]);

const messageOf = (error: unknown): string => {
  const inner = asRecord(error)?.["cause"];
  if (inner instanceof Error && inner.message !== "") return inner.message;
  return error instanceof Error ? error.message : String(error);
};

const codeOf = (error: unknown): string =>
  [error, asRecord(error)?.["cause"]]
    .map((each) => asString(asRecord(each)?.["code"]))
    .find((code) => code !== undefined) ?? "";

const isTimeout = (error: unknown, code: string): boolean =>
  /TIMEDOUT|TIMEOUT/u.test(code) || asRecord(error)?.["name"] === "TimeoutError";

/**
 * What a failed call means: the fired signal's error, a `TranscriptionError` as it is, otherwise
 * `timeout` or `network` with the host and the reason.
 */
export function toNetworkError(error: unknown, scope: CallScope): TranscriptionError {
  if (TranscriptionError.is(error)) return error;
  if (scope.signal.aborted) return toAbortError(scope.signal);
  const { url } = scope.call;
  const host = URL.canParse(url) ? new URL(url).host : "the provider";
  const secrets = secretsOf(scope);
  const code = codeOf(error);
  // A copy: runtimes quote header values and keys in theirs.
  const copy = new Error(redact(messageOf(error), secrets));
  const cause = code === "" ? copy : Object.assign(copy, { code });
  if (isTimeout(error, code))
    return new TranscriptionError("timeout", `${host} did not answer in time.`, { cause });
  const known = REASONS.get(code);
  const reason =
    known === undefined
      ? toSentence(messageOf(error), secrets).replace(/[.\s]+$/u, "")
      : `${known} (${code})`;
  const message = `The connection to ${host} failed: ${reason}.`;
  return new TranscriptionError("network", message, { cause });
}

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
