import type { TranscriptionError } from "@earshot/core";
import { abortedError } from "./aborted-error.ts";
import { combinedError } from "./combined-error.ts";
import type { Refusal } from "./combined-error.ts";
import type { AttemptRecord, RouteRequest } from "./types.ts";

/** One request on its way: what was tried so far, and how much time is left. */
export interface Journey {
  readonly request: RouteRequest;
  readonly attempts: readonly AttemptRecord[];
  /** `Infinity` when the request gives no time for everything together. */
  readonly deadlineMs: number;
  /** Notes an attempt that has ended. */
  tried(record: AttemptRecord): void;
  /** Notes why a model could not be tried (any more). */
  refused(refusal: Refusal): void;
  /** How long it may wait for slots from now on; all its waiting together lasts `patienceMs`. */
  waitingTimeMs(now: number, patienceMs: number): number;
  /** Throws `aborted` when the client is gone. */
  throwIfAborted(): void;
  /** The error for the client when nothing is left to try. */
  failure(): TranscriptionError;
}

export interface JourneyStart {
  readonly request: RouteRequest;
  readonly startedAtMs: number;
  readonly onAttempt: ((record: AttemptRecord) => void) | undefined;
}

/** Begins the account of one request. */
export function startJourney({ request, startedAtMs, onAttempt }: JourneyStart): Journey {
  const attempts: AttemptRecord[] = [];
  const refusals: Refusal[] = [];
  const deadlineMs = startedAtMs + (request.totalTimeoutMs ?? Infinity);
  let waitUntilMs: number | undefined;
  return {
    request,
    attempts,
    deadlineMs,
    tried(record) {
      attempts.push(record);
      try {
        onAttempt?.(record);
      } catch {
        // A listener's mistake is not the client's.
      }
    },
    refused: (refusal) => void refusals.push(refusal),
    waitingTimeMs(now, patienceMs) {
      waitUntilMs ??= Math.min(now + patienceMs, deadlineMs);
      return waitUntilMs - now;
    },
    throwIfAborted() {
      if (request.signal.aborted) throw abortedError(request.signal);
    },
    failure: () => combinedError({ model: request.group, attempts, refusals }),
  };
}
