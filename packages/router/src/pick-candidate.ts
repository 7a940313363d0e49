import type { Candidate } from "./plan-route.ts";
import type { Slots } from "./slots.ts";
import type { Strategy, StrategyCandidate } from "./strategy.ts";
import type { Effort, Surveyed } from "./survey-candidates.ts";

export interface PickerParts {
  readonly slots: Slots;
  readonly strategy: Strategy;
  readonly random: () => number;
}

/** The one to try now, or to wait for; undefined when there is none. */
export type Picker<T> = (
  surveyed: readonly Surveyed<T>[],
  effort: Effort,
) => Surveyed<T> | undefined;

type View<T> = StrategyCandidate & Surveyed<T>;

/** When it may be tried, in milliseconds of the clock; 0 unless it has failed in this request. */
export const readyAtMs = ({ failure }: Candidate<unknown>): number => failure?.readyAtMs ?? 0;

const soonest = <T>(surveyed: readonly Surveyed<T>[]): Surveyed<T> | undefined =>
  surveyed.toSorted((a, b) => readyAtMs(a.candidate) - readyAtMs(b.candidate))[0];

/**
 * Among first turns: by cooldown (where all cool down), order level, and how
 * well it can do what is asked; among equals the strategy decides. Among repeats: what is ready soonest.
 */
export function createPicker<T>({ slots, strategy, random }: PickerParts): Picker<T> {
  const view = ({ candidate, standing }: Surveyed<T>): View<T> => ({
    id: candidate.deployment.id,
    weight: candidate.deployment.weight,
    rpm: candidate.deployment.rpm,
    tpm: candidate.deployment.tpm,
    inFlight: slots.inFlight(candidate.deployment.id),
    requestsThisMinute: standing.requestsThisMinute,
    msPerAudioSecond: standing.msPerAudioSecond,
    candidate,
    standing,
  });

  const best = (surveyed: readonly Surveyed<T>[], effort: Effort): Surveyed<T> | undefined => {
    if (surveyed.length < 2) return surveyed[0];
    const cooledUntilMs = ({ standing }: View<T>): number =>
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

  return (surveyed, effort) => (effort === "again" ? soonest(surveyed) : best(surveyed, effort));
}
