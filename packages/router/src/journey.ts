import type { AttemptRecord, TranscriptionError } from "@earshot/core";
import { abortedError, combinedError } from "./errors.ts";
import type { Refusal } from "./errors.ts";
import type { Candidate } from "./plan-routes.ts";
import type { RouteRequest } from "./router.ts";
import { countsFromMs } from "./time-limits.ts";

/** What a request has found out about one of its candidates. */
export interface CandidateNotes {
  /** Whether the request's own check has been asked. */
  isChecked: boolean;
  /** How many of its attempts have failed. */
  failures: number;
  /** When it may be tried (again), in milliseconds of the clock: 0 at first, `Infinity` for never. */
  readyAtMs: number;
}

/** One request on its way: what was tried so far, and how much time is left. */
export interface Journey {
  readonly request: RouteRequest;
  readonly attempts: readonly AttemptRecord[];
  /** True when the request grants itself less time than the operator does. */
  readonly isHurried: boolean;
  /** When everything must be over; it moves on while the audio is still arriving. */
  readonly deadlineMs: () => number;
  /** The same object each time, to be written on. */
  notesOn(candidate: Candidate): CandidateNotes;
  /** Notes an attempt that has ended. */
  tried(record: AttemptRecord): void;
  /** Notes why a model or deployment could not be tried (any more). */
  refused(refusal: Refusal): void;
  /** Notes that there is no time left for what would be tried else. */
  ranShort(): void;
  /** Until when it may wait for slots; all its waiting together lasts `patienceMs`. */
  waitsUntilMs(now: number, patienceMs: number): () => number;
  /** Throws `aborted` when the client is gone. */
  throwIfAborted(): void;
  /** The error for the client when nothing is left to try, or no time. */
  failure(now: number): TranscriptionError;
}

export interface JourneyStart {
  readonly request: RouteRequest;
  readonly startedAtMs: number;
  /** What the operator grants to everything together; the request can only shorten it. */
  readonly grantedMs: number;
  readonly onAttempt: ((record: AttemptRecord) => void) | undefined;
}

/** Begins the account of one request. */
export function startJourney(start: JourneyStart): Journey {
  const { request, startedAtMs, grantedMs, onAttempt } = start;
  const attempts: AttemptRecord[] = [];
  const refusals: Refusal[] = [];
  const totalMs = Math.min(grantedMs, request.totalTimeoutMs ?? grantedMs);
  const isHurried = totalMs < grantedMs;
  const fromMs = (): number => countsFromMs(request, startedAtMs);
  const deadlineMs = (): number => fromMs() + totalMs;
  const notes = new Map<Candidate, CandidateNotes>();
  let isShort = false;
  let patience: { readonly sinceMs: number; readonly lengthMs: number } | undefined;
  return {
    request,
    attempts,
    isHurried,
    deadlineMs,
    notesOn(candidate) {
      const known = notes.get(candidate);
      if (known !== undefined) return known;
      const fresh = { isChecked: false, failures: 0, readyAtMs: 0 };
      notes.set(candidate, fresh);
      return fresh;
    },
    tried(record) {
      attempts.push(record);
      try {
        onAttempt?.(record);
      } catch {
        // A listener's mistake is not the client's.
      }
    },
    refused(refusal) {
      if (!refusals.some(({ name }) => name === refusal.name)) refusals.push(refusal);
    },
    ranShort: () => {
      isShort = true;
    },
    waitsUntilMs(now, patienceMs) {
      const { sinceMs, lengthMs } = (patience ??= { sinceMs: now, lengthMs: patienceMs });
      return () => Math.min(Math.max(sinceMs, fromMs()) + lengthMs, deadlineMs());
    },
    throwIfAborted() {
      if (request.signal.aborted) throw abortedError(request.signal);
    },
    failure(now) {
      const isOver = now >= deadlineMs();
      const limit = isOver || isShort ? { totalMs, isHurried, isOver } : undefined;
      return combinedError({ model: request.group, attempts, refusals, limit });
    },
  };
}
