import { doAtOnce, isPause } from "@earshot/core";
import type { LongWork } from "@earshot/core";

/** A range of items, `to` exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Undefined for a range that is too long; the range is only good until the answer. */
export type CostOfRange = (range: Range) => number | undefined;

const walkBack = (starts: readonly number[], count: number): readonly Range[] => {
  const ranges: Range[] = [];
  for (let to = count; to > 0; to = starts[to] ?? 0) ranges.push({ from: starts[to] ?? 0, to });
  return ranges.toReversed();
};

/** As `cheapestCuts`, as long work. */
export function* cheapestCutsWork(count: number, costOf: CostOfRange): LongWork<readonly Range[]> {
  const costs: number[] = [0];
  const starts: number[] = [0];
  // One for all questions: there are millions of them.
  const range = { from: 0, to: 0 };
  for (let from = 0; from < count; from += 1) {
    if (isPause(from)) yield;
    const soFar = costs[from] ?? 0;
    range.from = from;
    for (let to = from + 1; to <= count; to += 1) {
      range.to = to;
      const own = costOf(range);
      if (own === undefined) break;
      const cost = soFar + own;
      if (cost < (costs[to] ?? Number.POSITIVE_INFINITY)) {
        costs[to] = cost;
        starts[to] = from;
      }
    }
  }
  return walkBack(starts, count);
}

/**
 * Cuts `count` items into consecutive ranges of the least total cost. `costOf` answers undefined
 * for a range that is too long, and is then asked for no longer one; a single item never is.
 */
export const cheapestCuts = (count: number, costOf: CostOfRange): readonly Range[] =>
  doAtOnce(cheapestCutsWork(count, costOf));
