/** The strategies of the config's `routing_strategy` that exist here. */
export const STRATEGY_NAMES = ["simple-shuffle"] as const;

export type StrategyName = (typeof STRATEGY_NAMES)[number];
