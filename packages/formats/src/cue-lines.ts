import { cheapestCuts } from "./cheapest-cuts.ts";
import type { Range } from "./cheapest-cuts.ts";
import type { CueUnit } from "./cue-units.ts";

/** Widths of ranges of units, and whether they fit on the lines of a cue. */
export interface LineMeasure {
  readonly columnsOf: (range: Range) => number;
  readonly fits: (range: Range) => boolean;
}

/** Measures once, so that every question afterwards costs the same however long the range is. */
export function measureLines(
  units: readonly CueUnit[],
  { maxColumns, maxLines }: { readonly maxColumns: number; readonly maxLines: number },
): LineMeasure {
  const sums = [0];
  let sum = 0;
  for (const { columns, spaceColumns } of units) {
    sum += spaceColumns + columns;
    sums.push(sum);
  }
  const columnsOf = ({ from, to }: Range): number =>
    (sums[to] ?? 0) - (sums[from] ?? 0) - (units[from]?.spaceColumns ?? 0);

  const lineEnds: number[] = [];
  let end = 0;
  for (let from = 0; from < units.length; from += 1) {
    end = Math.max(end, from + 1);
    const before = (sums[from] ?? 0) + (units[from]?.spaceColumns ?? 0);
    while (end < units.length && (sums[end + 1] ?? 0) - before <= maxColumns) end += 1;
    lineEnds.push(end);
  }
  const fits = ({ from, to }: Range): boolean => {
    let reached = from;
    for (let line = 0; line < maxLines && reached < to; line += 1)
      reached = lineEnds[reached] ?? to;
    return reached >= to;
  };
  return { columnsOf, fits };
}

const LINE_COST = 1000;
const UNEVEN_COST = 40;
const ORPHAN_COST = 15;
const ORPHAN_COLUMNS = 10;
const BREAK_COST: Readonly<Record<CueUnit["ending"], number>> = {
  sentence: 0,
  clause: 3,
  phrase: 3,
  none: 8,
  leaning: 12,
};

/** Cuts a cue's units into as few lines as possible, of even length, at the ends of clauses. */
export function cutLines(units: readonly CueUnit[], maxColumns: number): readonly Range[] {
  const { columnsOf } = measureLines(units, { maxColumns, maxLines: 1 });
  return cheapestCuts(units.length, (range) => {
    const columns = columnsOf(range);
    if (columns > maxColumns && range.to - range.from > 1) return undefined;
    const isLast = range.to === units.length;
    const breakCost = isLast ? 0 : BREAK_COST[units[range.to - 1]?.ending ?? "none"];
    const orphanCost = columns < ORPHAN_COLUMNS ? ORPHAN_COST : 0;
    return LINE_COST + UNEVEN_COST * (columns / maxColumns) ** 2 + breakCost + orphanCost;
  });
}
