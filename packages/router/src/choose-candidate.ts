import { TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";
import type { Refusal } from "./combined-error.ts";
import type { HealthBoard, WatchedAttempt } from "./health-board.ts";
import type { Journey } from "./journey.ts";
import { readyAtMs } from "./pick-candidate.ts";
import type { Picker } from "./pick-candidate.ts";
import type { Candidate } from "./plan-route.ts";
import { attemptTimeoutMs } from "./retry-rules.ts";
import type { Slot, Slots } from "./slots.ts";
import type { Effort, Survey, Surveyed } from "./survey-candidates.ts";
import type { RouteRequest, RouterSettings } from "./types.ts";

/** A candidate with a slot taken, which whoever gets it must release. */
export interface Choice<T> {
  readonly candidate: Candidate<T>;
  readonly watched: WatchedAttempt;
  readonly slot: Slot;
}

export interface ChooserParts<T> {
  readonly survey: Survey<T>;
  readonly pick: Picker<T>;
  readonly board: HealthBoard;
  readonly slots: Slots;
  readonly fallbacksOf: (request: RouteRequest) => readonly string[];
  readonly settings: RouterSettings;
  readonly clock: Clock;
}

/** Undefined when none of the candidates may be tried (any more) with this effort. */
export type Chooser<T> = (
  candidates: readonly Candidate<T>[],
  effort: Effort,
  journey: Journey,
) => Promise<Choice<T> | undefined>;

const saturated = (group: string): Refusal => ({
  model: group,
  error: new TranscriptionError(
    "overloaded",
    `All usable deployments of "${group}" have as many requests as max_parallel_requests allows, and no slot came free in time.`,
  ),
});

/** As long as an attempt may take; waiting must leave time for groups that come after. */
const patienceMs = (
  { fallbacksOf, settings, clock }: Omit<ChooserParts<unknown>, "survey" | "pick">,
  wanted: readonly Candidate<unknown>[],
  { request, deadlineMs }: Journey,
): number => {
  const timeouts = wanted.map(({ deployment }) => attemptTimeoutMs(deployment, request, settings));
  const isLast = (wanted[0]?.fallbackCount ?? 0) >= fallbacksOf(request).length;
  const leftMs = isLast ? Infinity : (deadlineMs() - clock.now()) / 2;
  return Math.min(Math.max(...timeouts), leftMs);
};

/** Chooses the candidate for the next attempt, after the pause or the wait for a slot that this takes. */
export function createChooser<T>(parts: ChooserParts<T>): Chooser<T> {
  const { survey, pick, board, slots, clock } = parts;

  const isUsable = ({ candidate, standing }: Surveyed<T>, effort: Effort): boolean =>
    effort === "cooling" || effort === "again" || board.isUsable(candidate.deployment, standing);

  const choice = ({ candidate, standing }: Surveyed<T>, slot: Slot): Choice<T> => ({
    candidate,
    watched: board.watch(candidate.deployment, standing),
    slot,
  });

  /** Undefined when no slot came free; `again` when meanwhile the candidate is not fit for use. */
  const waitForSlot = async (
    wanted: readonly Candidate<T>[],
    effort: Effort,
    journey: Journey,
  ): Promise<Choice<T> | "again" | undefined> => {
    const { request } = journey;
    const deployments = wanted.map(({ deployment }) => deployment);
    const untilMs = journey.waitsUntilMs(clock.now(), patienceMs(parts, wanted, journey));
    const isPatient = untilMs() > clock.now();
    const slot = isPatient
      ? await slots.wait({ deployments, untilMs, signal: request.signal })
      : undefined;
    if (slot === undefined) {
      for (const { group } of deployments.slice(0, 1)) journey.refused(saturated(group));
      return undefined;
    }
    const given = wanted.filter(({ deployment }) => deployment.id === slot.deploymentId);
    const [found] = await survey(given, { effort, deadlineMs: journey.deadlineMs() });
    const isReady = found !== undefined && readyAtMs(found.candidate) <= clock.now();
    if (isReady && isUsable(found, effort) && !request.signal.aborted) return choice(found, slot);
    slot.release();
    return "again";
  };

  return async (candidates, effort, journey) => {
    for (;;) {
      const surveyed = await survey(candidates, { effort, deadlineMs: journey.deadlineMs() });
      journey.throwIfAborted();
      // From here to the taking of the slot nothing may be awaited: other requests run meanwhile.
      const usable = surveyed.filter((each) => isUsable(each, effort));
      const free = usable.filter(({ candidate }) => slots.hasRoom(candidate.deployment));
      const next = pick(free, effort);
      if (next !== undefined) {
        const pauseMs = readyAtMs(next.candidate) - clock.now();
        if (pauseMs <= 0) return choice(next, slots.take(next.candidate.deployment));
        await clock.sleep(pauseMs, journey.request.signal);
      } else {
        if (effort === "free" || usable.length === 0) return undefined;
        const wanted = usable.map(({ candidate }) => candidate);
        const waited = await waitForSlot(wanted, effort, journey);
        if (waited !== "again") return waited;
      }
    }
  };
}
