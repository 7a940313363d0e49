import type { Clock } from "@earshot/core";
import type { HealthBoard, Standing } from "./health-board.ts";
import type { Candidate } from "./plan-route.ts";
import { LAST_PATIENCE_MS, PATIENCE_MS } from "./retry-rules.ts";
import type { Slots } from "./slots.ts";
import type { StrategyCandidate } from "./strategy.ts";

/**
 * How far to go. `free`: only what is well, has a free slot and is under its rpm. `busy`: also what
 * is over its rpm, and wait for a slot. `last`: also what cools down; refusing would help nobody.
 */
export type Effort = "free" | "busy" | "last";

/** A candidate that may be tried, as things stand. */
export interface View<T> extends StrategyCandidate {
  readonly candidate: Candidate<T>;
  readonly standing: Standing;
  /** True when it has a slot to take. */
  readonly hasSlot: boolean;
  /** When it may be tried; 0 unless it has failed in this request. */
  readonly readyAtMs: number;
}

export interface SurveyParts {
  readonly board: HealthBoard;
  readonly slots: Slots;
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
) => Promise<readonly View<T>[]>;

/** Finds those candidates that may be tried with this effort, from one call to the state. */
export function createSurvey<T>({ board, slots, clock }: SurveyParts): Survey<T> {
  const isOpen = (
    { level, failure }: Candidate<T>,
    { effort, deadlineMs }: SurveyScope,
  ): boolean => {
    const now = clock.now();
    if (level.spent || now >= deadlineMs) return false;
    if (failure === undefined) return true;
    const isLast = effort === "last";
    const patienceMs = isLast ? LAST_PATIENCE_MS : PATIENCE_MS;
    const isSoon = failure.readyAtMs <= now + patienceMs && failure.readyAtMs < deadlineMs;
    return isSoon && (isLast || !failure.last);
  };

  const viewOf = (candidate: Candidate<T>, standing: Standing): View<T> => {
    const { deployment, failure } = candidate;
    return {
      id: deployment.id,
      weight: deployment.weight,
      rpm: deployment.rpm,
      tpm: deployment.tpm,
      inFlight: slots.inFlight(deployment.id),
      requestsThisMinute: standing.requestsThisMinute,
      msPerAudioSecond: standing.msPerAudioSecond,
      candidate,
      standing,
      hasSlot: slots.hasRoom(deployment),
      readyAtMs: failure?.readyAtMs ?? 0,
    };
  };

  const fits = ({ standing, rpm, requestsThisMinute }: View<T>, effort: Effort): boolean => {
    if (effort === "last") return true;
    return !standing.avoided && (effort === "busy" || requestsThisMinute < (rpm ?? Infinity));
  };

  return async (candidates, scope) => {
    const open = candidates.filter((candidate) => isOpen(candidate, scope));
    if (open.length === 0) return [];
    const standings = await board.look(open.map(({ deployment }) => deployment));
    const views: View<T>[] = [];
    for (const [index, standing] of standings.entries()) {
      const candidate = open[index];
      if (candidate === undefined) continue;
      const view = viewOf(candidate, standing);
      if (fits(view, scope.effort)) views.push(view);
    }
    return views;
  };
}
