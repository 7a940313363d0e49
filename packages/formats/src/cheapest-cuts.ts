/** A range of items, `to` exclusive. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

interface Best {
  readonly cost: number;
  readonly from: number;
}

const walkBack = (best: readonly Best[], count: number): readonly Range[] => {
  const ranges: Range[] = [];
  for (let to = count; to > 0; to = best[to]?.from ?? 0)
    ranges.push({ from: best[to]?.from ?? 0, to });
  return ranges.toReversed();
};

/**
 * Cuts `count` items into consecutive ranges of the least total cost. `costOf` answers undefined
 * for a range that is too long, and is then asked for no longer one; a single item never is.
 */
export function cheapestCuts(
  count: number,
  costOf: (range: Range) => number | undefined,
): readonly Range[] {
  const best: Best[] = [{ cost: 0, from: 0 }];
  for (let from = 0; from < count; from += 1) {
    const soFar = best[from]?.cost ?? 0;
    for (let to = from + 1; to <= count; to += 1) {
      const own = costOf({ from, to });
      if (own === undefined) break;
      const cost = soFar + own;
      if (cost < (best[to]?.cost ?? Number.POSITIVE_INFINITY)) best[to] = { cost, from };
    }
  }
  return walkBack(best, count);
}
