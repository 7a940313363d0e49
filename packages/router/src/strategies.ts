import { latencyBasedRouting } from "./strategies/latency-based-routing.ts";
import { leastBusy } from "./strategies/least-busy.ts";
import { simpleShuffle } from "./strategies/simple-shuffle.ts";
import { usageBasedRouting } from "./strategies/usage-based-routing.ts";
import type { Strategy, StrategyName } from "./strategy.ts";

/** Every strategy by its name. */
export const strategies: Readonly<Record<StrategyName, Strategy>> = {
  "simple-shuffle": simpleShuffle,
  "least-busy": leastBusy,
  "latency-based-routing": latencyBasedRouting,
  "usage-based-routing": usageBasedRouting,
  "usage-based-routing-v2": usageBasedRouting,
};
