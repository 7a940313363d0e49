import { ERROR_POLICY } from "@earshot/core";
import type { Clock, TranscriptionError } from "@earshot/core";
import type { Candidate } from "./plan-route.ts";
import { pauseMs, retriesAfter } from "./retry-rules.ts";
import type { RouteRequest, RouterSettings } from "./types.ts";

export interface FailureNotesParts {
  readonly settings: RouterSettings;
  readonly clock: Clock;
  readonly random: () => number;
}

export type NoteFailure = (
  candidate: Candidate<unknown>,
  error: TranscriptionError,
  request: RouteRequest,
) => void;

/**
 * Notes on a candidate and its level whether and when they may be tried again after a failure.
 * Throws the error itself when no other attempt can help.
 */
export function createFailureNotes({ settings, clock, random }: FailureNotesParts): NoteFailure {
  return (candidate, error, request) => {
    const { deployment, level } = candidate;
    const policy = ERROR_POLICY[error.code];
    if (policy.retry === "never") throw error;
    level.attempts += 1;
    level.spent = level.attempts > retriesAfter({ error, deployment, request }, settings);
    const inputs = { error, failures: level.attempts, minimumMs: settings.retryAfterMs, random };
    candidate.failure = {
      readyAtMs: clock.now() + pauseMs(inputs),
      last: policy.health === "trip",
    };
  };
}
