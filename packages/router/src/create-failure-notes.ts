import { ERROR_POLICY } from "@earshot/core";
import type { Clock, TranscriptionError } from "@earshot/core";
import type { Journey } from "./journey.ts";
import type { Candidate } from "./plan-route.ts";
import { PATIENCE_MS, pauseMs, retriesAfter } from "./retry-rules.ts";
import type { RouterSettings } from "./types.ts";

export interface FailureNotesParts {
  readonly settings: RouterSettings;
  readonly clock: Clock;
  readonly random: () => number;
}

export type NoteFailure = (
  candidate: Candidate<unknown>,
  error: TranscriptionError,
  journey: Journey,
) => void;

/**
 * Notes on a candidate whether and when it may be tried again after a failure. Throws the error
 * itself when no other attempt can help.
 */
export function createFailureNotes({ settings, clock, random }: FailureNotesParts): NoteFailure {
  return (candidate, error, journey) => {
    const { deployment } = candidate;
    const { request } = journey;
    if (ERROR_POLICY[error.code].retry === "never") throw error;
    const times = (candidate.failure?.times ?? 0) + 1;
    const isLast = times > retriesAfter({ error, deployment, request }, settings);
    const inputs = { error, failures: times, minimumMs: settings.retryAfterMs, random };
    const waitMs = isLast ? Infinity : pauseMs(inputs);
    const readyAtMs = clock.now() + waitMs;
    candidate.failure = { times, readyAtMs };
    if (waitMs <= PATIENCE_MS && readyAtMs >= journey.deadlineMs()) journey.ranShort();
  };
}
