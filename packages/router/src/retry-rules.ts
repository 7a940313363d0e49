import { ERROR_POLICY } from "@earshot/core";
import type { Clock, TranscriptionError } from "@earshot/core";
import type { Journey } from "./journey.ts";
import type { Candidate } from "./plan-routes.ts";
import type { RouterSettings } from "./router-settings.ts";
import type { Deployment, RouteRequest } from "./router.ts";

const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 8000;
/** The longest pause at all, a minute and what chance adds; a provider that asks for more is not tried again. */
export const PATIENCE_MS = 66_000;
/** The longest wait that a provider may ask for; more is a mistake, or meant to hurt. */
const LONGEST_ASKED_MS = 3_600_000;

interface FailedTry {
  readonly error: TranscriptionError;
  readonly deployment: Deployment;
  readonly request: RouteRequest;
}

/**
 * How often the deployment is tried again at most: the group's retry policy, the general one, the
 * deployment, the settings; the first that says a number decides, and the request can only lower it.
 */
function retriesAfter({ error, deployment, request }: FailedTry, settings: RouterSettings): number {
  const granted =
    settings.modelGroupRetryPolicy?.[deployment.group]?.[error.code] ??
    settings.retryPolicy?.[error.code] ??
    deployment.numRetries ??
    settings.numRetries;
  return Math.min(granted, request.numRetries ?? granted);
}

/** The wait that the provider asks for, in milliseconds: 0 when it asks for none, or makes no sense. */
export function askedPauseMs({ retryAfterMs = 0 }: TranscriptionError): number {
  return retryAfterMs > 0 ? Math.min(retryAfterMs, LONGEST_ASKED_MS) : 0;
}

interface PauseInputs {
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
function pauseMs({ error, failures, minimumMs, random }: PauseInputs): number {
  if (ERROR_POLICY[error.code].retry !== "here") return Infinity;
  const backoffMs = Math.min(FIRST_BACKOFF_MS * 2 ** (failures - 1), LONGEST_BACKOFF_MS);
  const chance = random();
  const askedMs = askedPauseMs(error) * (1 + chance / 10);
  return Math.max(minimumMs, askedMs, backoffMs * (0.5 + chance / 2));
}

export interface RetryParts {
  readonly settings: RouterSettings;
  readonly clock: Clock;
  readonly random: () => number;
}

/**
 * Notes whether and when a candidate may be tried again after a failure. Throws the error itself when
 * no other attempt can help.
 */
export function noteFailure(
  { settings, clock, random }: RetryParts,
  journey: Journey,
  { candidate, error }: { readonly candidate: Candidate; readonly error: TranscriptionError },
): void {
  if (ERROR_POLICY[error.code].retry === "never") throw error;
  const notes = journey.notesOn(candidate);
  notes.failures += 1;
  const { failures } = notes;
  const failed = { error, deployment: candidate.deployment, request: journey.request };
  const waitMs =
    failures > retriesAfter(failed, settings)
      ? Infinity
      : pauseMs({ error, failures, minimumMs: settings.retryAfterMs, random });
  notes.readyAtMs = clock.now() + waitMs;
  if (waitMs <= PATIENCE_MS && notes.readyAtMs >= journey.deadlineMs()) journey.ranShort();
}
