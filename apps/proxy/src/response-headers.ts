import type { Warning } from "@earshot/core";
import type { Route } from "@earshot/gateway";

/** Header values are Latin-1 on the wire: everything else is written as `%XX`. */
const encode = (text: string): string =>
  text.replaceAll(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character));

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
 * left out) and `-warnings`.
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
    "x-earshot-deployment": encode(route.deploymentId),
    "x-earshot-model": encode(route.model),
    "x-earshot-provider": route.providerKind,
    "x-earshot-attempts": String(route.attempts.length),
    "x-earshot-fallbacks": String(route.fallbackCount),
    "x-earshot-overhead-ms": Math.max(0, totalMs - attemptsMs).toFixed(2),
  };
  if (warnings.length > 0)
    headers["x-earshot-warnings"] = encode(warnings.map((warning) => warning.message).join(" | "));
  return headers;
}
