import type { Clock } from "@earshot/core";
import type { HealthBoard, Standing } from "./health-board.ts";
import type { Candidate } from "./plan-route.ts";
import { PATIENCE_MS } from "./retry-rules.ts";

/**
 * How far to go. `free`: only what is well, has a free slot and is under its rpm. `busy`: also what
 * is over its rpm, and wait for a slot. `cooling`: also what cools down; refusing would help nobody.
 * These three try nothing twice; `again`: also what has failed here and may be repeated, after its
 * pause.
 */
export type Effort = "free" | "busy" | "cooling" | "again";

/** A candidate that may be tried, and how it stands. */
export interface Surveyed<T> {
  readonly candidate: Candidate<T>;
  readonly standing: Standing;
}

export interface SurveyParts {
  readonly board: HealthBoard;
  readonly clock: Clock;
}

export interface SurveyScope {
  readonly effort: Effort;
  /** The end of the whole request. */
  readonly deadlineMs: number;
}

export type Survey<T> = (
  candidates: readonly Candidate<T>[],
  scope: SurveyScope,
) => Promise<readonly Surveyed<T>[]>;

/** Finds those candidates that may be tried with this effort, from one call to the state. */
export function createSurvey<T>({ board, clock }: SurveyParts): Survey<T> {
  const isOpen = ({ failure }: Candidate<T>, { effort, deadlineMs }: SurveyScope): boolean => {
    const now = clock.now();
    if (now >= deadlineMs) return false;
    if (failure === undefined) return true;
    const { readyAtMs } = failure;
    return effort === "again" && readyAtMs <= now + PATIENCE_MS && readyAtMs < deadlineMs;
  };

  return async (candidates, scope) => {
    const open = candidates.filter((candidate) => isOpen(candidate, scope));
    if (open.length === 0) return [];
    const standings = await board.look(open.map(({ deployment }) => deployment));
    return open.flatMap((candidate, index) => {
      const standing = standings[index];
      if (standing === undefined || !suits(candidate, standing, scope.effort)) return [];
      return { candidate, standing };
    });
  };
}

const suits = (candidate: Candidate<unknown>, standing: Standing, effort: Effort): boolean => {
  const { rpm = Infinity } = candidate.deployment;
  return effort !== "free" || standing.requestsThisMinute < rpm;
};
