import type { Strategy, StrategyCandidate } from "../strategy.ts";
import { uniformOrder } from "./weighted-order.ts";

/** Unknown ones come first, so that they become known. */
const slowness = ({ msPerAudioSecond }: StrategyCandidate): number => msPerAudioSecond ?? -1;

/** The least time for a second of audio first, so that long recordings do not make a deployment look slow. */
export const latencyBasedRouting: Strategy = {
  counts: false,
  timed: true,
  order: (candidates, random) =>
    uniformOrder(candidates, random).toSorted((a, b) => slowness(a) - slowness(b)),
};
