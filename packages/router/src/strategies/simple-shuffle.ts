import type { Strategy, StrategyCandidate } from "../strategy.ts";
import { weightedOrder } from "./weighted-order.ts";

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
export const simpleShuffle: Strategy = {
  counts: false,
  timed: false,
  order: (candidates, random) => weightedOrder(candidates, weighing(candidates), random),
};
