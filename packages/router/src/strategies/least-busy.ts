import type { Strategy } from "../strategy.ts";
import { uniformOrder } from "./weighted-order.ts";

/** The fewest attempts in flight first; by chance among equals. */
export const leastBusy: Strategy = {
  counts: false,
  timed: false,
  order: (candidates, random) =>
    uniformOrder(candidates, random).toSorted((a, b) => a.inFlight - b.inFlight),
};
