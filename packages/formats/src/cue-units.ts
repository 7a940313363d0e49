import type { Ending } from "./sentence-ending.ts";
import { endingOf } from "./sentence-ending.ts";
import { momentAt } from "./spread-times.ts";
import { unitsOf } from "./text-units.ts";
import type { TextUnit } from "./text-units.ts";
import { textOfSpans } from "./timed-span.ts";
import type { TimedSpan } from "./timed-span.ts";
import { columnsOf } from "./writing-system.ts";

/**
 * `phrase`: a segment ends here, so the moment is measured. `leaning`: a word so short that it is
 * likely an article or a preposition and belongs to what follows.
 */
export type UnitEnding = Ending | "phrase" | "leaning";

/** A piece of a passage that stays on one line, with its times. */
export interface CueUnit extends TextUnit {
  readonly columns: number;
  /** 1 where a space stands before it. */
  readonly spaceColumns: 0 | 1;
  readonly startMs: number;
  readonly endMs: number;
  readonly ending: UnitEnding;
}

/** A passage's text and the pieces it may be broken into, in order. */
export interface PassageText {
  readonly text: string;
  readonly units: readonly CueUnit[];
}

interface PlacedSpan extends TimedSpan {
  readonly from: number;
  readonly to: number;
  readonly length: number;
}

const placeSpans = (spans: readonly TimedSpan[]): readonly PlacedSpan[] => {
  let offset = 0;
  return spans.map((span, index) => {
    const from = index === 0 ? 0 : offset + span.space.length;
    offset = from + span.text.length;
    return { ...span, from, to: offset, length: span.text.length };
  });
};

/** Answers which span holds a character; asked in ascending order only. */
const createFinder = (
  placed: readonly PlacedSpan[],
): ((offset: number) => PlacedSpan | undefined) => {
  let at = 0;
  return (offset) => {
    while (at < placed.length - 1 && (placed[at]?.to ?? 0) <= offset) at += 1;
    return placed[at];
  };
};

const toMs = (span: PlacedSpan | undefined, offset: number): number =>
  span === undefined ? 0 : Math.round(momentAt(span, offset - span.from) * 1000);

const refineEnding = (
  ending: Ending,
  { piece, endsPhrase }: { readonly piece: string; readonly endsPhrase: boolean },
): UnitEnding => {
  if (ending === "sentence") return ending;
  if (endsPhrase) return "phrase";
  return ending === "none" && /^[\p{Lu}\p{Ll}'’]{1,3}$/u.test(piece) ? "leaning" : ending;
};

/**
 * The text of some spans, cut where lines may break. A unit that covers a part of a span gets the
 * part of its time that its characters take: an estimate, but inside measured bounds.
 */
export function unitsOfSpans(spans: readonly TimedSpan[], maxColumns: number): PassageText {
  const text = textOfSpans(spans);
  const placed = placeSpans(spans);
  const spanAtStart = createFinder(placed);
  const spanAtEnd = createFinder(placed);
  const ranges = unitsOf(text, maxColumns);
  const units = ranges.map(({ from, to }, index): CueUnit => {
    const piece = text.slice(from, to);
    const next = ranges[index + 1];
    const first = spanAtStart(from);
    const last = spanAtEnd(to - 1);
    const endsPhrase = last !== undefined && last.to === to && last.from < from;
    const ending = endingOf(piece, next && text.slice(next.from, next.to));
    return {
      from,
      to,
      columns: columnsOf(piece),
      spaceColumns: ranges[index - 1]?.to === from || index === 0 ? 0 : 1,
      startMs: toMs(first, from),
      endMs: Math.max(toMs(last, to), toMs(first, from)),
      ending: refineEnding(ending, { piece, endsPhrase }),
    };
  });
  return { text, units };
}
