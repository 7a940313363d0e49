/** The value below which that share of the values lies; NaN for none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The middle value, the mean of the two in the middle where their number is even; NaN for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const upper = sorted[Math.floor(middle)] ?? Number.NaN;
  return Number.isInteger(middle) ? ((sorted[middle - 1] ?? Number.NaN) + upper) / 2 : upper;
}

/**
 * The median of the ratios of values with the same index: what drifts from one round to the next
 * hits both sides of a ratio alike. Values without a partner are left out; undefined without pairs.
 */
export function medianRatio(
  values: readonly number[],
  floor: readonly number[],
): number | undefined {
  const ratios = values.flatMap((value, index) => {
    const partner = floor[index];
    return partner === undefined ? [] : [value / partner];
  });
  return ratios.length === 0 ? undefined : median(ratios);
}

/** Least and greatest value. */
export function spread(values: readonly number[]): readonly [number, number] {
  return [Math.min(...values), Math.max(...values)];
}
