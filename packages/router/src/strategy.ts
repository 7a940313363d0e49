/** The strategies that exist here, by their names in the config's `routing_strategy`. */
export const STRATEGY_NAMES = [
  "simple-shuffle",
  "least-busy",
  "latency-based-routing",
  "usage-based-routing",
  "usage-based-routing-v2",
] as const;

export type StrategyName = (typeof STRATEGY_NAMES)[number];

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
