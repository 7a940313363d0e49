import type { LongWork } from "@earshot/core";
import { cheapestCuts, cheapestCutsWork } from "./cheapest-cuts.ts";
import type { Range } from "./cheapest-cuts.ts";
import type { CueLayout } from "./cue.ts";
import type { CueUnit } from "./passage.ts";

/** Widths of ranges of units, and whether they fit on the lines of a cue. */
interface LineMeasure {
  readonly columnsOf: (range: Range) => number;
  readonly fits: (range: Range) => boolean;
}

/** Measures once, so that every question afterwards costs the same however long the range is. */
function measureLines(
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
const LINE_ORPHAN_COST = 15;
const ORPHAN_COLUMNS = 10;
const LINE_BREAK_COST: Readonly<Record<CueUnit["ending"], number>> = {
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
    const breakCost = isLast ? 0 : LINE_BREAK_COST[units[range.to - 1]?.ending ?? "none"];
    const orphanCost = columns < ORPHAN_COLUMNS ? LINE_ORPHAN_COST : 0;
    return LINE_COST + UNEVEN_COST * (columns / maxColumns) ** 2 + breakCost + orphanCost;
  });
}

const CUE_COST = 10;
const SENTENCE_INSIDE_COST = 9;
const SHORT_COST = 25;
const ORPHAN_COST = 8;
const FAST_COST = 12;
const SLACK_COST = 6;
const PAUSE_MS = 300;
const PAUSE_COST = 4;
const BREAK_COST: Readonly<Record<CueUnit["ending"], number>> = {
  sentence: 0,
  phrase: 3,
  clause: 6,
  none: 22,
  leaning: 28,
};

const costOfBreak = (units: readonly CueUnit[], to: number): number => {
  const last = units[to - 1];
  const next = units[to];
  if (last === undefined || next === undefined) return 0;
  const cost = BREAK_COST[last.ending];
  return next.startMs - last.endMs >= PAUSE_MS ? Math.min(cost, PAUSE_COST) : cost;
};

const countSentences = (units: readonly CueUnit[]): ((range: Range) => number) => {
  const sums = [0];
  let sum = 0;
  for (const { ending } of units) {
    sum += ending === "sentence" ? 1 : 0;
    sums.push(sum);
  }
  return ({ from, to }) => (sums[to] ?? 0) - (sums[from] ?? 0);
};

interface Shown {
  readonly columns: number;
  readonly shownMs: number;
}

const costOfReading = ({ columns, shownMs }: Shown, layout: CueLayout): number => {
  const { minMs, maxColumnsPerSecond, maxColumns, maxLines } = layout;
  const tooShort = Math.max(0, 1 - shownMs / minMs);
  const speed = columns / (Math.max(shownMs, 1) / 1000) / maxColumnsPerSecond;
  const tooFast = Math.min(Math.max(0, speed - 1), 2);
  const slack = Math.max(0, 1 - columns / (maxColumns * maxLines));
  const orphan = columns < ORPHAN_COLUMNS ? ORPHAN_COST : 0;
  return SHORT_COST * tooShort + FAST_COST * tooFast + SLACK_COST * slack ** 2 + orphan;
};

/**
 * Cuts a passage into cues that fit the lines and the longest time, at the ends of sentences, then
 * of phrases and clauses, then at pauses, none too short or too fast to read if that can
 * be helped; `nextStartMs` is where the next passage begins.
 */
export function cutCues(
  units: readonly CueUnit[],
  nextStartMs: number | undefined,
  layout: CueLayout,
): LongWork<readonly Range[]> {
  const measure = measureLines(units, layout);
  const sentencesIn = countSentences(units);
  // Every unit of a text that can be read takes a column.
  const mostUnits = layout.maxColumns * layout.maxLines;
  return cheapestCutsWork(units.length, (range) => {
    const { from, to } = range;
    const startMs = units[from]?.startMs ?? 0;
    const endMs = units[to - 1]?.endMs ?? startMs;
    const tooLong = to - from > mostUnits || !measure.fits(range) || endMs - startMs > layout.maxMs;
    if (tooLong && to - from > 1) return undefined;
    const columns = measure.columnsOf(range);
    const wantedMs = Math.max(layout.minMs, (columns / layout.maxColumnsPerSecond) * 1000);
    const freeUntilMs = units[to]?.startMs ?? nextStartMs ?? startMs + wantedMs;
    const shownMs = Math.max(endMs - startMs, Math.min(wantedMs, freeUntilMs - startMs));
    return (
      CUE_COST +
      costOfBreak(units, to) +
      SENTENCE_INSIDE_COST * sentencesIn({ from, to: to - 1 }) +
      costOfReading({ columns, shownMs }, layout)
    );
  });
}
