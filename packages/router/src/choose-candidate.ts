import { ERROR_POLICY, TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";
import { toTranscriptionError } from "./errors.ts";
import type { Refusal } from "./errors.ts";
import type { HealthBoard, Standing, WatchedAttempt } from "./health-board.ts";
import type { Journey } from "./journey.ts";
import type { Candidate } from "./plan-routes.ts";
import { PATIENCE_MS } from "./retry-rules.ts";
import type { RouterSettings } from "./router-settings.ts";
import type { RouteRequest } from "./router.ts";
import type { Slot, Slots } from "./slots.ts";
import type { Strategy, StrategyCandidate } from "./strategies.ts";
import { attemptTimeoutMs } from "./time-limits.ts";

/**
 * How far to go. `free`: only what is well, has a free slot and is under its rpm. `busy`: also what
 * is over its rpm, and wait for a slot. `cooling`: also what cools down; refusing would help nobody.
 * These three try nothing twice; `again`: also what has failed here and may be repeated, after its
 * pause.
 */
export type Effort = "free" | "busy" | "cooling" | "again";

/** A candidate with a slot taken, which whoever gets it must release. */
export interface Choice {
  readonly candidate: Candidate;
  readonly watched: WatchedAttempt;
  readonly slot: Slot;
}

export interface ChooserParts {
  readonly board: HealthBoard;
  readonly slots: Slots;
  readonly strategy: Strategy;
  readonly fallbacksOf: (request: RouteRequest) => readonly string[];
  readonly settings: RouterSettings;
  readonly clock: Clock;
  readonly random: () => number;
}

/** Undefined when none of the candidates may be tried (any more) with this effort. */
export type Chooser = (
  candidates: readonly Candidate[],
  effort: Effort,
  journey: Journey,
) => Promise<Choice | undefined>;

/** A candidate that may be tried, and how it stands. */
interface Surveyed {
  readonly candidate: Candidate;
  readonly standing: Standing;
}

const saturated = (group: string): Refusal => ({
  name: `model "${group}"`,
  error: new TranscriptionError(
    "overloaded",
    `All usable deployments of "${group}" have as many requests as max_parallel_requests allows, and no slot came free in time.`,
  ),
});

/** When it may be tried, in milliseconds of the clock; 0 unless it has failed in this request. */
const readyAtMs = ({ failure }: Candidate): number => failure?.readyAtMs ?? 0;

const isOut = (candidate: Candidate): boolean => readyAtMs(candidate) === Infinity;

const soonest = (surveyed: readonly Surveyed[]): Surveyed | undefined =>
  surveyed.toSorted((a, b) => readyAtMs(a.candidate) - readyAtMs(b.candidate))[0];

/** Passes a candidate over that the request's own check refuses. Throws what no other could help. */
const passOver = (candidate: Candidate, cause: unknown, journey: Journey): void => {
  const error = toTranscriptionError(cause);
  if (ERROR_POLICY[error.code].retry === "never") throw error;
  candidate.failure = { times: 0, readyAtMs: Infinity };
  journey.refused({ name: candidate.deployment.id, error });
};

/** Asks the request's own check; a promise where the answer takes time. */
const check = (candidate: Candidate, journey: Journey): void | Promise<void> => {
  if (candidate.isChecked) return undefined;
  candidate.isChecked = true;
  try {
    const checked = journey.request.check?.(candidate);
    return checked?.catch((error: unknown) => passOver(candidate, error, journey));
  } catch (error) {
    return passOver(candidate, error, journey);
  }
};

const isOpen = (
  { failure }: Candidate,
  effort: Effort,
  { now, deadlineMs }: { readonly now: number; readonly deadlineMs: number },
): boolean => {
  if (now >= deadlineMs) return false;
  if (failure === undefined) return true;
  const { readyAtMs: readyMs } = failure;
  return effort === "again" && readyMs <= now + PATIENCE_MS && readyMs < deadlineMs;
};

/** Finds those that may be tried with this effort, from one call to the state. */
const createSurvey =
  ({ board, clock }: ChooserParts) =>
  async (
    candidates: readonly Candidate[],
    effort: Effort,
    journey: Journey,
  ): Promise<readonly Surveyed[]> => {
    const times = { now: clock.now(), deadlineMs: journey.deadlineMs() };
    const open = candidates.filter((candidate) => isOpen(candidate, effort, times));
    if (open.length === 0) return [];
    const standings = await board.look(open.map(({ deployment }) => deployment));
    return open.flatMap((candidate, index) => {
      const standing = standings[index];
      const { rpm = Infinity } = candidate.deployment;
      const isUnder = effort !== "free" || (standing?.requestsThisMinute ?? 0) < rpm;
      return standing !== undefined && isUnder ? [{ candidate, standing }] : [];
    });
  };

/**
 * Picks, among first turns: by cooldown (where all cool down), order level, and how well it can do
 * what is asked; among equals the strategy decides. Among repeats: what is ready soonest.
 */
const createPick = ({ slots, strategy, random }: ChooserParts) => {
  const view = (surveyed: Surveyed): StrategyCandidate & Surveyed => {
    const { id, weight, rpm, tpm } = surveyed.candidate.deployment;
    const { requestsThisMinute, msPerAudioSecond } = surveyed.standing;
    const inFlight = slots.inFlight(id);
    return { id, weight, rpm, tpm, inFlight, requestsThisMinute, msPerAudioSecond, ...surveyed };
  };

  return (surveyed: readonly Surveyed[], effort: Effort): Surveyed | undefined => {
    if (surveyed.length < 2) return surveyed[0];
    if (effort === "again") return soonest(surveyed);
    const cooledUntilMs = ({ standing }: Surveyed): number =>
      effort === "cooling" ? (standing.cooledUntilMs ?? 0) : 0;
    return strategy
      .order(surveyed.map(view), random)
      .toSorted(
        (a, b) =>
          cooledUntilMs(a) - cooledUntilMs(b) ||
          a.candidate.rank - b.candidate.rank ||
          a.candidate.reluctance - b.candidate.reluctance,
      )[0];
  };
};

/** As long as an attempt may take; waiting must leave time for groups that come after. */
const patienceMs = (
  { fallbacksOf, settings, clock }: ChooserParts,
  wanted: readonly Candidate[],
  { request, deadlineMs }: Journey,
): number => {
  const timeouts = wanted.map(({ deployment }) => attemptTimeoutMs(deployment, request, settings));
  const isLast = (wanted[0]?.fallbackCount ?? 0) >= fallbacksOf(request).length;
  const leftMs = isLast ? Infinity : (deadlineMs() - clock.now()) / 2;
  return Math.min(Math.max(...timeouts), leftMs);
};

/** Chooses the candidate for the next attempt, after the pause or the wait for a slot that this takes. */
export function createChooser(parts: ChooserParts): Chooser {
  const { board, slots, clock } = parts;
  const survey = createSurvey(parts);
  const pick = createPick(parts);

  const isUsable = ({ candidate, standing }: Surveyed, effort: Effort): boolean =>
    effort === "cooling" || effort === "again" || board.isUsable(candidate.deployment, standing);

  const choice = ({ candidate, standing }: Surveyed, slot: Slot): Choice => ({
    candidate,
    watched: board.watch(candidate.deployment, standing),
    slot,
  });

  /** Undefined when no slot came free; `again` when meanwhile the candidate is not fit for use. */
  const waitForSlot = async (
    wanted: readonly Candidate[],
    effort: Effort,
    journey: Journey,
  ): Promise<Choice | "again" | undefined> => {
    const { signal } = journey.request;
    const deployments = wanted.map(({ deployment }) => deployment);
    const untilMs = journey.waitsUntilMs(clock.now(), patienceMs(parts, wanted, journey));
    const isPatient = untilMs() > clock.now();
    const slot = isPatient ? await slots.wait({ deployments, untilMs, signal }) : undefined;
    if (slot === undefined) {
      for (const { group } of deployments.slice(0, 1)) journey.refused(saturated(group));
      return undefined;
    }
    const given = wanted.filter(({ deployment }) => deployment.id === slot.deploymentId);
    const [found] = await survey(given, effort, journey);
    const isReady = found !== undefined && readyAtMs(found.candidate) <= clock.now();
    if (isReady && isUsable(found, effort) && !signal.aborted) return choice(found, slot);
    slot.release();
    return "again";
  };

  const choose: (...args: Parameters<Chooser>) => Promise<Choice | "again" | undefined> = async (
    candidates,
    effort,
    journey,
  ) => {
    const surveyed = await survey(candidates, effort, journey);
    journey.throwIfAborted();
    // From here to the taking of the slot nothing may be awaited: other requests run meanwhile.
    const usable = surveyed.filter((each) => isUsable(each, effort));
    const free = usable.filter(({ candidate }) => slots.hasRoom(candidate.deployment));
    const next = pick(free, effort);
    if (next === undefined && (effort === "free" || usable.length === 0)) return undefined;
    const wanted = next === undefined ? usable.map(({ candidate }) => candidate) : [next.candidate];
    const checks = wanted.flatMap((candidate) => check(candidate, journey) ?? []);
    if (checks.length > 0) await Promise.all(checks);
    if (checks.length > 0 || wanted.some(isOut)) return "again";
    if (next === undefined) return waitForSlot(wanted, effort, journey);
    const pauseMs = readyAtMs(next.candidate) - clock.now();
    if (pauseMs <= 0) return choice(next, slots.take(next.candidate.deployment));
    await clock.sleep(pauseMs, journey.request.signal);
    return "again";
  };

  return async (candidates, effort, journey) => {
    for (;;) {
      const chosen = await choose(candidates, effort, journey);
      if (chosen !== "again") return chosen;
    }
  };
}
