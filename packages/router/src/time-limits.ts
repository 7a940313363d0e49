import type { RouterSettings } from "./router-settings.ts";
import type { Deployment, RouteRequest } from "./router.ts";

/** A longer timer would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** How long one attempt may take, in milliseconds: the deployment, the settings. */
export function attemptTimeoutMs(
  deployment: Deployment,
  request: RouteRequest,
  settings: RouterSettings,
): number {
  const streamed = request.asked.stream
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
export function streamLimits(deployment: Deployment, settings: RouterSettings): StreamLimits {
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
  deployments: readonly Deployment[],
  settings: RouterSettings,
): number {
  if (settings.totalTimeoutMs !== undefined) return settings.totalTimeoutMs;
  const attempts = deployments.map((each) =>
    Math.max(each.timeoutMs ?? settings.timeoutMs, each.streamTimeoutMs ?? 0),
  );
  return Math.max(LEAST_TOTAL_MS, 2 * Math.max(0, settings.streamTimeoutMs ?? 0, ...attempts));
}

/**
 * From when the limits on what began then count, in milliseconds of the clock: from when the client
 * has sent the audio (now, while it does), so that a slow client is not a slow provider.
 */
export const countsFromMs = ({ asked: { audio } }: RouteRequest, beganAtMs: number): number =>
  audio.type === "file" ? Math.max(beganAtMs, audio.arrivedAtMs?.() ?? 0) : beganAtMs;
