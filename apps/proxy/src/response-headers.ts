import { randomUUID } from "node:crypto";
import type { Warning } from "@earshot/core";
import type { Route } from "@earshot/gateway";

/** Clients take 8 to 16 KiB of headers together, and each name is there once. */
const MAX_NAME_BYTES = 256;
const MAX_WARNING_BYTES = 1024;
const MAX_WARNINGS_BYTES = 4096;

/** Header values are Latin-1 on the wire: everything else is written as `%XX`. */
const encode = (text: string): string =>
  text.toWellFormed().replaceAll(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character));

/** As much as fits, no character cut in half, `...` where something is missing. */
const encodeUpTo = (text: string, maxBytes: number): string => {
  const whole = encode(text);
  if (whole.length <= maxBytes) return whole;
  let fitting = "";
  for (const character of text) {
    const encoded = encode(character);
    if (fitting.length + encoded.length > maxBytes - 3) break;
    fitting += encoded;
  }
  return `${fitting}...`;
};

const andMore = (count: number): string => (count === 0 ? "" : ` | and ${count} more`);

/** Whole sentences as long as they fit, then how many there are besides. */
const encodeWarnings = (warnings: readonly Warning[]): string => {
  const longestEnd = andMore(warnings.length).length;
  let fitting = "";
  for (const [index, { message }] of warnings.entries()) {
    const next = `${index === 0 ? "" : " | "}${encodeUpTo(message, MAX_WARNING_BYTES)}`;
    if (fitting.length + next.length > MAX_WARNINGS_BYTES - longestEnd)
      return `${fitting}${andMore(warnings.length - index)}`;
    fitting += next;
  }
  return fitting;
};

const REQUEST_ID = /^[\w.:/+=@~-]{1,128}$/u;

/** The client's own id where it is fit for headers and logs, else a new one. */
export function requestIdOf(given: string | undefined): string {
  return given !== undefined && REQUEST_ID.test(given) ? given : randomUUID();
}

export interface AnswerFacts {
  readonly requestId: string;
  /** The whole time in the gateway, in milliseconds. */
  readonly totalMs: number;
  readonly route: Route;
  readonly warnings: readonly Warning[];
}

/**
 * Headers that say who answered: `x-earshot-deployment`, `-model`, `-provider`, `-attempts`,
 * `-fallbacks`, `-overhead-ms` (time spent in the gateway itself, attempts and pauses between them
 * left out) and `-warnings` (at most 4 KiB).
 */
export function answerHeaders({
  requestId,
  totalMs,
  route,
  warnings,
}: AnswerFacts): Record<string, string> {
  const attemptsMs = route.attempts.reduce((sum, attempt) => sum + attempt.durationMs, 0);
  const headers: Record<string, string> = {
    "x-request-id": requestId,
    "x-earshot-deployment": encodeUpTo(route.deploymentId, MAX_NAME_BYTES),
    "x-earshot-model": encodeUpTo(route.model, MAX_NAME_BYTES),
    "x-earshot-provider": encodeUpTo(route.providerKind, MAX_NAME_BYTES),
    "x-earshot-attempts": String(route.attempts.length),
    "x-earshot-fallbacks": String(route.fallbackCount),
    "x-earshot-overhead-ms": Math.max(0, totalMs - attemptsMs).toFixed(2),
  };
  if (warnings.length > 0) headers["x-earshot-warnings"] = encodeWarnings(warnings);
  return headers;
}
