import { TranscriptionError } from "@earshot/core";
import type { HttpCall } from "@earshot/core";
import { toAbortError } from "./abort-error.ts";
import { secretsOf } from "./call-secrets.ts";
import { redact, toSentence } from "./redact.ts";

/** The call that failed, for the message; only its host is shown. */
export interface CallScope {
  readonly call: Pick<HttpCall, "url" | "headers">;
  readonly signal: AbortSignal;
}

const hostOf = (url: string): string => {
  if (!URL.canParse(url)) return "the provider";
  return new URL(url).host;
};

const record = (
  value: unknown,
): { readonly code?: unknown; readonly cause?: unknown; readonly name?: unknown } =>
  typeof value === "object" && value !== null ? value : {};

const codeOf = (error: unknown): string | undefined => {
  for (const candidate of [error, record(error).cause]) {
    const { code } = record(candidate);
    if (typeof code === "string") return code;
  }
  return undefined;
};

const isTimeout = (error: unknown): boolean =>
  /TIMEDOUT|TIMEOUT/u.test(codeOf(error) ?? "") || record(error).name === "TimeoutError";

const REASONS: ReadonlyMap<string, string> = new Map(
  Object.entries({
    ECONNREFUSED: "nothing listens there",
    ENOTFOUND: "its name cannot be resolved",
    EAI_AGAIN: "its name cannot be resolved for now",
    ECONNRESET: "the connection was reset",
    EPIPE: "the connection was closed",
    UND_ERR_SOCKET: "the connection was closed",
    CERT_HAS_EXPIRED: "its certificate has expired",
    DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is self-signed",
    SELF_SIGNED_CERT_IN_CHAIN: "its certificate is self-signed",
    ERR_TLS_CERT_ALTNAME_INVALID: "its certificate is for another name",
  }),
);

const messageOf = (error: unknown): string => {
  const inner = record(error).cause;
  if (inner instanceof Error && inner.message !== "") return inner.message;
  return error instanceof Error ? error.message : String(error);
};

const reasonOf = (error: unknown, secrets: readonly string[]): string => {
  const code = codeOf(error);
  const known = code === undefined ? undefined : REASONS.get(code);
  if (known !== undefined) return `${known} (${code})`;
  return toSentence(messageOf(error), secrets).replace(/[.\s]+$/u, "");
};

/** A copy without the header values and keys that runtimes like to quote. */
const toSafeCause = (error: unknown, secrets: readonly string[]): Error => {
  const cause = new Error(redact(messageOf(error), secrets));
  const code = codeOf(error);
  return code === undefined ? cause : Object.assign(cause, { code });
};

/**
 * What a failed call means: the fired signal's error, a `TranscriptionError` as it is, otherwise
 * `timeout` or `network` with the host and the reason.
 */
export function toNetworkError(error: unknown, scope: CallScope): TranscriptionError {
  if (TranscriptionError.is(error)) return error;
  if (scope.signal.aborted) return toAbortError(scope.signal);
  const secrets = secretsOf(scope);
  const host = hostOf(scope.call.url);
  const details = { cause: toSafeCause(error, secrets) };
  if (isTimeout(error)) {
    return new TranscriptionError("timeout", `${host} did not answer in time.`, details);
  }
  const message = `The connection to ${host} failed: ${reasonOf(error, secrets)}.`;
  return new TranscriptionError("network", message, details);
}
