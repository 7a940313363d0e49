/** The ways to pick a deployment of a group, as `routing_strategy` spells them; the router has them. */
export const ROUTING_STRATEGIES = [
  "simple-shuffle",
  "least-busy",
  "latency-based-routing",
  "usage-based-routing",
  "usage-based-routing-v2",
] as const;

export type RoutingStrategy = (typeof ROUTING_STRATEGIES)[number];
