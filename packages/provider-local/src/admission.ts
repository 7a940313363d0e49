import { TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";

/** Bounds how many requests are taken on at once. */
export interface Admission {
  /**
   * Takes a request on; call what it returns when the request has ended. Throws `overloaded` with a
   * time to wait when there are too many.
   */
  enter(clock: Clock): () => void;
}

export interface AdmissionSettings {
  /** Requests that are worked on at once. */
  readonly concurrency: number;
  /** Requests that may wait behind those. */
  readonly maxQueue: number;
}

const SHORTEST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;
const FIRST_GUESS_MS = 2000;
/** Weight of the latest request in the running mean. */
const LATEST = 0.2;

/** Creates the bound; how long to wait is judged by how long requests took of late. */
export function createAdmission({ concurrency, maxQueue }: AdmissionSettings): Admission {
  let inside = 0;
  let usualMs = FIRST_GUESS_MS;
  return {
    enter: (clock) => {
      if (inside >= concurrency + maxQueue) {
        const waitMs = (usualMs * (inside - concurrency + 1)) / concurrency;
        const retryAfterMs = Math.min(Math.max(waitMs, SHORTEST_WAIT_MS), LONGEST_WAIT_MS);
        throw new TranscriptionError(
          "overloaded",
          `The local engine works on ${concurrency} requests and ${maxQueue} more are waiting. ` +
            "Try again later, or raise max_queue.",
          { retryAfterMs: Math.round(retryAfterMs) },
        );
      }
      inside++;
      const startedAt = clock.now();
      let left = false;
      return () => {
        if (left) return;
        left = true;
        inside--;
        usualMs += (clock.now() - startedAt - usualMs) * LATEST;
      };
    },
  };
}
