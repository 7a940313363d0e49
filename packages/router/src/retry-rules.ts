import { ERROR_POLICY } from "@earshot/core";
import type { TranscriptionError } from "@earshot/core";
import type { Deployment, RouteRequest, RouterSettings } from "./types.ts";

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 8000;
/** The longest pause at all, a minute and what chance adds; a provider that asks for more is not tried again. */
export const PATIENCE_MS = 66_000;
/** The longest wait that a provider may ask for; more is a mistake, or meant to hurt. */
const LONGEST_ASKED_MS = 3_600_000;
/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface FailedTry {
  readonly error: TranscriptionError;
  readonly deployment: Deployment<unknown>;
  readonly request: RouteRequest;
}

/**
 * How often the deployment is tried again at most: the group's retry policy, the general one, the
 * deployment, the settings; the first that says a number decides, and the request can only lower it.
 */
export function retriesAfter(
  { error, deployment, request }: FailedTry,
  settings: RouterSettings,
): number {
  const granted =
    settings.modelGroupRetryPolicy?.[deployment.group]?.[error.code] ??
    settings.retryPolicy?.[error.code] ??
    deployment.numRetries ??
    settings.numRetries;
  return Math.min(granted, request.numRetries ?? granted);
}

/** How long one attempt may take, in milliseconds: the deployment, the settings. */
export function attemptTimeoutMs(
  deployment: Deployment<unknown>,
  request: RouteRequest,
  settings: RouterSettings,
): number {
  const streamed = request.requirements.stream
    ? (deployment.streamTimeoutMs ?? settings.streamTimeoutMs)
    : undefined;
  const timeoutMs = streamed ?? deployment.timeoutMs ?? settings.timeoutMs;
  return Math.min(timeoutMs, LONGEST_TIMER_MS);
}

/** How long a stream that has begun may take, in milliseconds. */
export interface StreamLimits {
  /** Until the next event. */
  readonly idleTimeoutMs: number;
  /** For all of it, its beginning included. */
  readonly timeoutMs: number;
}

/** Between two events when no setting says how long; what is silent for longer is taken for dead. */
const STREAM_IDLE_MS = 60_000;

/** Between two events: `streamIdleTimeoutMs`, else `streamTimeoutMs`, else a minute; the deployment's first. */
export function streamLimits(
  deployment: Deployment<unknown>,
  settings: RouterSettings,
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
    timeoutMs: Math.min(timeoutMs, LONGEST_TIMER_MS),
  };
}

const LEAST_TOTAL_MS = 1_200_000;

/**
 * How long a whole request may take, in milliseconds, when the settings do not say it: twice the
 * longest attempt, so that a slow first one leaves time for another, and at least 20 minutes.
 */
export function totalTimeoutMs(
  deployments: readonly Deployment<unknown>[],
  settings: RouterSettings,
): number {
  if (settings.totalTimeoutMs !== undefined) return settings.totalTimeoutMs;
  const attempts = deployments.map((each) =>
    Math.max(each.timeoutMs ?? settings.timeoutMs, each.streamTimeoutMs ?? 0),
  );
  return Math.max(LEAST_TOTAL_MS, 2 * Math.max(0, settings.streamTimeoutMs ?? 0, ...attempts));
}

/** The wait that the provider asks for, in milliseconds: 0 when it asks for none, or makes no sense. */
export function askedPauseMs({ retryAfterMs = 0 }: TranscriptionError): number {
  return retryAfterMs > 0 ? Math.min(retryAfterMs, LONGEST_ASKED_MS) : 0;
}

export interface PauseInputs {
  readonly error: TranscriptionError;
  /** 1 after the deployment's first failure in the request. */
  readonly failures: number;
  readonly minimumMs: number;
  readonly random: () => number;
}

/**
 * How long the same deployment is left alone, in milliseconds: what the provider asked for plus up
 * to a tenth, but at least 0.5 s doubling up to 8 s, of which up to half is left to chance.
 * `Infinity` when it cannot help any more.
 */
export function pauseMs({ error, failures, minimumMs, random }: PauseInputs): number {
  if (ERROR_POLICY[error.code].retry !== "here") return Infinity;
  const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS);
  const chance = random();
  const askedMs = askedPauseMs(error) * (1 + chance / 10);
  return Math.max(minimumMs, askedMs, backoffMs * (0.5 + chance / 2));
}
