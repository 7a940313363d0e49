interface Keyed<C> {
  readonly candidate: C;
  readonly key: number;
}

/**
 * A random order in which each next candidate is drawn with a chance in proportion to its weight
 * among those that are left; weights of 0 or less come last, in uniform order.
 */
export function weightedOrder<C>(
  candidates: readonly C[],
  weightOf: (candidate: C) => number,
  random: () => number,
): readonly C[] {
  if (candidates.length < 2) return candidates;
  const drawn: Keyed<C>[] = [];
  const last: Keyed<C>[] = [];
  for (const candidate of candidates) {
    const weight = weightOf(candidate);
    // Exponential arrival times: the first to arrive is i with probability weight_i / sum.
    const arrival = -Math.log(1 - random());
    if (weight > 0) drawn.push({ candidate, key: arrival / weight });
    else last.push({ candidate, key: arrival });
  }
  const byKey = (a: Keyed<C>, b: Keyed<C>): number => a.key - b.key;
  return [...drawn.toSorted(byKey), ...last.toSorted(byKey)].map(({ candidate }) => candidate);
}

/** A uniform random order. */
export const uniformOrder = <C>(candidates: readonly C[], random: () => number): readonly C[] =>
  weightedOrder(candidates, () => 1, random);
