import { ERROR_POLICY } from "@earshot/core";
import type { TranscriptionError } from "@earshot/core";
import type { Deployment, RouteRequest, RouterSettings } from "./types.ts";

const FIRST_BACKOFF_MS = 500;
/** The longest pause while there is something else to try; longer waits come last. */
export const PATIENCE_MS = 8000;
/** The longest pause at all, a minute and what chance adds; a provider that asks for more is not tried again. */
export const LAST_PATIENCE_MS = 66_000;
/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface FailedTry {
  readonly error: TranscriptionError;
  readonly deployment: Deployment<unknown>;
  readonly request: RouteRequest;
}

/**
 * How many retries follow this failure: the group's retry policy, the general one, the request, the
 * deployment, the settings; the first that says a number decides.
 */
export function retriesAfter(
  { error, deployment, request }: FailedTry,
  settings: RouterSettings,
): number {
  return (
    settings.modelGroupRetryPolicy?.[deployment.group]?.[error.code] ??
    settings.retryPolicy?.[error.code] ??
    request.numRetries ??
    deployment.numRetries ??
    settings.numRetries
  );
}

/** How long one attempt may take, in milliseconds: the request, the deployment, the settings. */
export function attemptTimeoutMs(
  deployment: Deployment<unknown>,
  request: RouteRequest,
  settings: RouterSettings,
): number {
  const streamed = request.requirements.stream
    ? (deployment.streamTimeoutMs ?? settings.streamTimeoutMs)
    : undefined;
  const timeoutMs = request.timeoutMs ?? streamed ?? deployment.timeoutMs ?? settings.timeoutMs;
  return Math.min(timeoutMs, LONGEST_TIMER_MS);
}

/** How long a stream that has begun may take, in milliseconds. */
export interface StreamLimits {
  /** Until the next event. */
  readonly idleTimeoutMs: number;
  /** From now on, for all of it. */
  readonly timeLeftMs: number;
}

/** Between two events when no setting says how long; what is silent for longer is taken for dead. */
const STREAM_IDLE_MS = 60_000;

/**
 * The limits of a stream that has begun. Between two events: `streamIdleTimeoutMs`,
 * else `streamTimeoutMs`, else a minute; for all of it: what is left
 * of `timeoutMs` and of the request's own time.
 */
export function streamLimits(
  deployment: Deployment<unknown>,
  settings: RouterSettings,
  { spentMs, requestMs }: { readonly spentMs: number; readonly requestMs: number },
): StreamLimits {
  const idleTimeoutMs =
    deployment.streamIdleTimeoutMs ??
    settings.streamIdleTimeoutMs ??
    deployment.streamTimeoutMs ??
    settings.streamTimeoutMs ??
    STREAM_IDLE_MS;
  const timeoutMs = deployment.timeoutMs ?? settings.timeoutMs;
  return {
    idleTimeoutMs: Math.min(idleTimeoutMs, LONGEST_TIMER_MS),
    timeLeftMs: Math.max(0, Math.min(timeoutMs - spentMs, requestMs, LONGEST_TIMER_MS)),
  };
}

export interface PauseInputs {
  readonly error: TranscriptionError;
  /** 1 after the first failure on the level. */
  readonly failures: number;
  readonly minimumMs: number;
  readonly random: () => number;
}

/**
 * How long the same deployment is left alone, in milliseconds: what the provider asked for plus up
 * to a tenth, or 0.5 s doubling up to 8 s, of which up to half is left to chance. `Infinity` when
 * it cannot help any more.
 */
export function pauseMs({ error, failures, minimumMs, random }: PauseInputs): number {
  if (ERROR_POLICY[error.code].retry !== "here") return Infinity;
  const backoff = Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), PATIENCE_MS);
  const asked = error.retryAfterMs;
  const pause = asked === undefined ? backoff * (0.5 + random() / 2) : asked * (1 + random() / 10);
  return Math.max(minimumMs, pause);
}
