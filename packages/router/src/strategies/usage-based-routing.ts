import type { Strategy, StrategyCandidate } from "../strategy.ts";
import { uniformOrder } from "./weighted-order.ts";

const usageOf = ({ requestsThisMinute, rpm }: StrategyCandidate, relative: boolean): number =>
  relative ? requestsThisMinute / (rpm ?? 1) : requestsThisMinute;

/**
 * The fewest requests in this minute first, as a share of `rpm` where all have one; by chance among
 * equals. Requests, not tokens: speech is mostly billed by the second.
 */
export const usageBasedRouting: Strategy = {
  counts: true,
  timed: false,
  order(candidates, random) {
    const relative = candidates.every(({ rpm }) => rpm !== undefined && rpm > 0);
    return uniformOrder(candidates, random).toSorted(
      (a, b) => usageOf(a, relative) - usageOf(b, relative),
    );
  },
};
