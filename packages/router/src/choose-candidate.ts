import { ERROR_POLICY, TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";
import { toTranscriptionError } from "./errors.ts";
import type { HealthBoard, Standing, WatchedAttempt } from "./health-board.ts";
import type { Journey } from "./journey.ts";
import type { Candidate } from "./plan-routes.ts";
import { PATIENCE_MS } from "./retry-rules.ts";
import type { RouterSettings } from "./router-settings.ts";
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
  readonly settings: RouterSettings;
  readonly clock: Clock;
  readonly random: () => number;
}

type Finder<T> = (candidates: readonly Candidate[], effort: Effort, journey: Journey) => Promise<T>;

/** Undefined when none of the candidates may be tried (any more) with this effort. */
export type Chooser = Finder<Choice | undefined>;

/** Passes a candidate over that the request's own check refuses. Throws what no other could help. */
const passOver = (candidate: Candidate, cause: unknown, journey: Journey): void => {
  const error = toTranscriptionError(cause);
  if (ERROR_POLICY[error.code].retry === "never") throw error;
  journey.notesOn(candidate).readyAtMs = Infinity;
  journey.refused({ name: candidate.deployment.id, error });
};

/** Asks the request's own check; a promise where the answer takes time. */
const check = (candidate: Candidate, journey: Journey): void | Promise<void> => {
  const notes = journey.notesOn(candidate);
  if (notes.isChecked) return undefined;
  notes.isChecked = true;
  try {
    const checked = journey.request.check?.(candidate);
    return checked?.catch((error: unknown) => passOver(candidate, error, journey));
  } catch (error) {
    return passOver(candidate, error, journey);
  }
};

/** Finds those that may be tried with an effort, in two steps: what takes time, and what must take none. */
const createSurvey = ({ board, clock }: ChooserParts) => {
  /** How those stand that may have a turn, now or after a pause. */
  const look: Finder<readonly Standing[]> = (candidates, effort, journey) => {
    const now = clock.now();
    const deadlineMs = journey.deadlineMs();
    const isOpen = (candidate: Candidate): boolean => {
      const { readyAtMs } = journey.notesOn(candidate);
      if (readyAtMs === 0) return true;
      return effort === "again" && readyAtMs <= now + PATIENCE_MS && readyAtMs < deadlineMs;
    };
    return board.look(now < deadlineMs ? candidates.filter(isOpen) : []);
  };
  const isUsable = (standing: Standing, effort: Effort): boolean => {
    if (effort === "cooling" || effort === "again") return true;
    const { rpm = Infinity } = standing.candidate.deployment;
    return board.isUsable(standing) && (effort === "busy" || standing.requestsThisMinute < rpm);
  };
  return { look, isUsable };
};

/**
 * Picks, among first turns: by cooldown (where all cool down), order level, and how well it can do
 * what is asked; among equals the strategy decides. Among repeats: what is ready soonest.
 */
const createPick = ({ slots, strategy, random }: ChooserParts) => {
  const view = (standing: Standing): StrategyCandidate & Standing => {
    const { id, weight, rpm, tpm } = standing.candidate.deployment;
    return { id, weight, rpm, tpm, inFlight: slots.inFlight(id), ...standing };
  };
  return (free: readonly Standing[], effort: Effort, journey: Journey): Standing | undefined => {
    if (free.length < 2) return free[0];
    const readyAtMs = ({ candidate }: Standing): number => journey.notesOn(candidate).readyAtMs;
    if (effort === "again") return free.toSorted((a, b) => readyAtMs(a) - readyAtMs(b))[0];
    const cooledUntilMs = (standing: Standing): number =>
      effort === "cooling" ? (standing.cooledUntilMs ?? 0) : 0;
    return strategy
      .order(free.map(view), random)
      .toSorted(
        (a, b) =>
          cooledUntilMs(a) - cooledUntilMs(b) ||
          a.candidate.rank - b.candidate.rank ||
          a.candidate.reluctance - b.candidate.reluctance,
      )[0];
  };
};

/** Waits for a slot of any of them; undefined, and noted, when none came free in time. */
const waitForSlot = async (
  { slots, settings, clock }: ChooserParts,
  wanted: readonly Candidate[],
  journey: Journey,
): Promise<Slot | undefined> => {
  const [first] = wanted;
  if (first === undefined) return undefined;
  const {
    isLastGroup,
    deployment: { group },
  } = first;
  const { request } = journey;
  const deployments = wanted.map(({ deployment }) => deployment);
  const timeouts = deployments.map((each) => attemptTimeoutMs(each, request, settings));
  // As long as an attempt may take; waiting must leave time for groups that come after.
  const leftMs = isLastGroup ? Infinity : (journey.deadlineMs() - clock.now()) / 2;
  const untilMs = journey.waitsUntilMs(clock.now(), Math.min(Math.max(...timeouts), leftMs));
  const slot =
    untilMs() > clock.now()
      ? await slots.wait({ deployments, untilMs, signal: request.signal })
      : undefined;
  if (slot === undefined)
    journey.refused({
      name: `model "${group}"`,
      error: new TranscriptionError(
        "overloaded",
        `All usable deployments of "${group}" have as many requests as max_parallel_requests allows, and no slot came free in time.`,
      ),
    });
  return slot;
};

/** Chooses the candidate for the next attempt, after the pause or the wait for a slot that this takes. */
export function createChooser(parts: ChooserParts): Chooser {
  const { board, slots, clock } = parts;
  const survey = createSurvey(parts);
  const pick = createPick(parts);

  const choice = (standing: Standing, slot: Slot): Choice => ({
    candidate: standing.candidate,
    watched: board.watch(standing),
    slot,
  });

  /** `again` when time has passed, in which the candidates may have become others. */
  const choose: Finder<Choice | "again" | undefined> = async (candidates, effort, journey) => {
    const standings = await survey.look(candidates, effort, journey);
    journey.throwIfAborted();
    // From here to the taking of the slot nothing may be awaited: other requests run meanwhile.
    const usable = standings.filter((standing) => survey.isUsable(standing, effort));
    const free = usable.filter(({ candidate }) => slots.hasRoom(candidate.deployment));
    const next = pick(free, effort, journey);
    if (next === undefined && (effort === "free" || usable.length === 0)) return undefined;
    const wanted = (next === undefined ? usable : [next]).map(({ candidate }) => candidate);
    const checks = wanted.flatMap((candidate) => check(candidate, journey) ?? []);
    if (checks.length > 0) await Promise.all(checks);
    const isOut = wanted.some((candidate) => journey.notesOn(candidate).readyAtMs === Infinity);
    if (checks.length > 0 || isOut) return "again";
    if (next === undefined) return waitForTurn(wanted, effort, journey);
    const pauseMs = journey.notesOn(next.candidate).readyAtMs - clock.now();
    if (pauseMs <= 0) return choice(next, slots.take(next.candidate.deployment));
    await clock.sleep(pauseMs, journey.request.signal);
    return "again";
  };

  /** Undefined when no slot came free; `again` when meanwhile its candidate is not fit for use. */
  const waitForTurn: Finder<Choice | "again" | undefined> = async (wanted, effort, journey) => {
    const slot = await waitForSlot(parts, wanted, journey);
    if (slot === undefined) return undefined;
    const given = wanted.filter(({ deployment }) => deployment.id === slot.deploymentId);
    const [found] = await survey.look(given, effort, journey);
    const isReady =
      found !== undefined && journey.notesOn(found.candidate).readyAtMs <= clock.now();
    if (isReady && survey.isUsable(found, effort) && !journey.request.signal.aborted)
      return choice(found, slot);
    slot.release();
    return "again";
  };

  return async (candidates, effort, journey) => {
    for (;;) {
      const chosen = await choose(candidates, effort, journey);
      if (chosen !== "again") return chosen;
    }
  };
}
