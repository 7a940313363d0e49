import { TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";
import type { Refusal } from "./combined-error.ts";
import type { Standing } from "./health-board.ts";
import type { Journey } from "./journey.ts";
import type { Candidate } from "./plan-route.ts";
import { attemptTimeoutMs } from "./retry-rules.ts";
import type { Slot, Slots } from "./slots.ts";
import type { Strategy } from "./strategy.ts";
import type { Effort, Survey, View } from "./survey-candidates.ts";
import type { RouterSettings } from "./types.ts";

/** A candidate with a slot taken, which whoever gets it must release. */
export interface Choice<T> {
  readonly candidate: Candidate<T>;
  readonly standing: Standing;
  readonly slot: Slot;
}

export interface ChooserParts<T> {
  readonly survey: Survey<T>;
  readonly slots: Slots;
  readonly strategy: Strategy;
  readonly settings: RouterSettings;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Undefined when none of the candidates may be tried (any more) with this effort. */
export type Chooser<T> = (
  candidates: readonly Candidate<T>[],
  effort: Effort,
  journey: Journey,
) => Promise<Choice<T> | undefined>;

const isFresh = <T>({ candidate }: View<T>): boolean => candidate.failure === undefined;

const soonest = <T>(views: readonly View<T>[]): View<T> | undefined =>
  views.toSorted((a, b) => a.readyAtMs - b.readyAtMs)[0];

const saturated = (group: string): Refusal => ({
  model: group,
  error: new TranscriptionError(
    "overloaded",
    `All usable deployments of "${group}" have as many requests as max_parallel_requests allows, and no slot came free in time.`,
  ),
});

/** Picks the candidate for the next attempt, after the pause or the wait for a slot that this takes. */
export function createChooser<T>(parts: ChooserParts<T>): Chooser<T> {
  const { survey, slots, strategy, settings, clock, random } = parts;

  const best = (views: readonly View<T>[], effort: Effort): View<T> | undefined => {
    if (views.length < 2) return views[0];
    const cooledUntilMs = ({ standing }: View<T>): number =>
      effort === "last" ? (standing.cooledUntilMs ?? 0) : 0;
    return strategy
      .order(views, random)
      .toSorted(
        (a, b) =>
          cooledUntilMs(a) - cooledUntilMs(b) ||
          a.candidate.level.rank - b.candidate.level.rank ||
          a.candidate.reluctance - b.candidate.reluctance,
      )[0];
  };

  /** Undefined when no slot came free; `again` when meanwhile the candidate is not fit for use. */
  const waitForSlot = async (
    views: readonly View<T>[],
    effort: Effort,
    journey: Journey,
  ): Promise<Choice<T> | "again" | undefined> => {
    const { request, deadlineMs } = journey;
    const fresh = views.filter(isFresh);
    const candidates = (fresh.length > 0 ? fresh : views).map(({ candidate }) => candidate);
    const deployments = candidates.map(({ deployment }) => deployment);
    const timeouts = deployments.map((each) => attemptTimeoutMs(each, request, settings));
    const limitMs = journey.waitingTimeMs(clock.now(), Math.max(...timeouts));
    const slot = await slots.wait({ deployments, limitMs, signal: request.signal });
    if (slot === undefined) {
      for (const { group } of deployments.slice(0, 1)) journey.refused(saturated(group));
      return undefined;
    }
    const given = candidates.filter(({ deployment }) => deployment.id === slot.deploymentId);
    const [view] = await survey(given, { effort, deadlineMs });
    const isFit = view !== undefined && view.readyAtMs <= clock.now() && !request.signal.aborted;
    if (isFit) return { candidate: view.candidate, standing: view.standing, slot };
    slot.release();
    return "again";
  };

  return async (candidates, effort, journey) => {
    for (;;) {
      journey.throwIfAborted();
      const views = await survey(candidates, { effort, deadlineMs: journey.deadlineMs });
      journey.throwIfAborted();
      const free = views.filter(({ hasSlot }) => hasSlot);
      const next = best(free.filter(isFresh), effort) ?? soonest(free);
      if (next !== undefined) {
        const { candidate, standing, readyAtMs } = next;
        const pauseMs = readyAtMs - clock.now();
        if (pauseMs <= 0) return { candidate, standing, slot: slots.take(candidate.deployment) };
        await clock.sleep(pauseMs, journey.request.signal);
      } else {
        if (effort === "free" || views.length === 0) return undefined;
        const waited = await waitForSlot(views, effort, journey);
        if (waited !== "again") return waited;
      }
    }
  };
}
