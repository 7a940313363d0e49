import type { RoutingStrategy } from "@earshot/core";

/** What a strategy may know of a deployment that could take the request. */
export interface StrategyCandidate {
  readonly id: string;
  readonly weight: number | undefined;
  readonly rpm: number | undefined;
  readonly tpm: number | undefined;
  /** Attempts and held streams of this process. */
  readonly inFlight: number;
  /** Attempts since the minute began; 0 unless the strategy `counts` them or the deployment has an `rpm`. */
  readonly requestsThisMinute: number;
  /** Milliseconds of work for a second of audio; undefined while unknown, or unless `timed`. */
  readonly msPerAudioSecond: number | undefined;
}

/** Puts the deployments of one order level into the order in which they are tried. */
export interface Strategy {
  /** True when the router has to keep `requestsThisMinute` for it. */
  readonly counts: boolean;
  /** True when the router has to keep `msPerAudioSecond` for it. */
  readonly timed: boolean;
  /** Pure: all candidates, each once, in a new list; `random` as in `RouterOptions`. */
  order<C extends StrategyCandidate>(candidates: readonly C[], random: () => number): readonly C[];
}

interface Keyed<C> {
  readonly candidate: C;
  readonly key: number;
}

/**
 * A random order in which each next candidate is drawn with a chance in proportion to its weight
 * among those that are left; weights of 0 or less come last, in uniform order.
 */
function weightedOrder<C>(
  candidates: readonly C[],
  weightOf: (candidate: C) => number,
  random: () => number,
): readonly C[] {
  if (candidates.length < 2) return candidates;
  const drawn: Keyed<C>[] = [];
  const last: Keyed<C>[] = [];
  for (const candidate of candidates) {
    const weight = weightOf(candidate);
    // Exponential arrival times: the first to arrive is i with probability weight_i / sum.
    const arrival = -Math.log(1 - random());
    if (weight > 0) drawn.push({ candidate, key: arrival / weight });
    else last.push({ candidate, key: arrival });
  }
  const byKey = (a: Keyed<C>, b: Keyed<C>): number => a.key - b.key;
  return [...drawn.toSorted(byKey), ...last.toSorted(byKey)].map(({ candidate }) => candidate);
}

/** A uniform random order. */
const uniformOrder = <C>(candidates: readonly C[], random: () => number): readonly C[] =>
  weightedOrder(candidates, () => 1, random);

type WeightOf = (candidate: StrategyCandidate) => number;

/** Shares by rpm or tpm compare only when every deployment states one. */
const weighing = (candidates: readonly StrategyCandidate[]): WeightOf => {
  if (candidates.some(({ weight }) => weight !== undefined)) return ({ weight }) => weight ?? 1;
  if (candidates.every(({ rpm }) => rpm !== undefined)) return ({ rpm }) => rpm ?? 0;
  if (candidates.every(({ tpm }) => tpm !== undefined)) return ({ tpm }) => tpm ?? 0;
  return () => 1;
};

/**
 * By chance: in proportion to `weight` (1 where missing) if any has one, else to `rpm`, else to
 * `tpm`, else evenly. A weight of 0 is tried when all others have failed.
 */
const simpleShuffle: Strategy = {
  counts: false,
  timed: false,
  order: (candidates, random) => weightedOrder(candidates, weighing(candidates), random),
};

/** The fewest attempts in flight first; by chance among equals. */
const leastBusy: Strategy = {
  counts: false,
  timed: false,
  order: (candidates, random) =>
    uniformOrder(candidates, random).toSorted((a, b) => a.inFlight - b.inFlight),
};

/** Unknown ones come first, so that they become known. */
const slowness = ({ msPerAudioSecond }: StrategyCandidate): number => msPerAudioSecond ?? -1;

/** The least time for a second of audio first, so that long recordings do not make a deployment look slow. */
const latencyBasedRouting: Strategy = {
  counts: false,
  timed: true,
  order: (candidates, random) =>
    uniformOrder(candidates, random).toSorted((a, b) => slowness(a) - slowness(b)),
};

const usageOf = ({ requestsThisMinute, rpm }: StrategyCandidate, relative: boolean): number =>
  relative ? requestsThisMinute / (rpm ?? 1) : requestsThisMinute;

/**
 * The fewest requests in this minute first, as a share of `rpm` where all have one; by chance among
 * equals. Requests, not tokens: speech is mostly billed by the second.
 */
const usageBasedRouting: Strategy = {
  counts: true,
  timed: false,
  order(candidates, random) {
    const relative = candidates.every(({ rpm }) => rpm !== undefined && rpm > 0);
    return uniformOrder(candidates, random).toSorted(
      (a, b) => usageOf(a, relative) - usageOf(b, relative),
    );
  },
};

/** Every strategy by its name. */
export const strategies: Readonly<Record<RoutingStrategy, Strategy>> = {
  "simple-shuffle": simpleShuffle,
  "least-busy": leastBusy,
  "latency-based-routing": latencyBasedRouting,
  "usage-based-routing": usageBasedRouting,
  "usage-based-routing-v2": usageBasedRouting,
};
