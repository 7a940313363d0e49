import { isPause, mapWork } from "@earshot/core";
import type { LongWork } from "@earshot/core";
import { endingOf } from "./sentence-ending.ts";
import type { Ending } from "./sentence-ending.ts";
import { createSpeakerNames } from "./speaker-names.ts";
import { momentAt, unitsOf } from "./text-units.ts";
import type { TextUnit } from "./text-units.ts";
import { textOfSpans } from "./timed-spans.ts";
import type { TimedSpan } from "./timed-spans.ts";
import { columnsOf } from "./writing-system.ts";

/** What one speaker says without a long pause; a cue never reaches over its ends. */
export interface Passage {
  readonly spans: readonly TimedSpan[];
  /** Only where at least two speakers are named. */
  readonly speaker?: string | undefined;
}

/** What one speaker says, until somebody else does or nobody for long. */
type Turn = TimedSpan[];

const endOf = (turn: Turn): number => turn.at(-1)?.endSeconds ?? 0;

/** Whether nobody spoke in between, except at the same time; `latest` is anybody's last turn. */
const goesOn = (turn: Turn, latest: Turn | undefined, span: TimedSpan): boolean => {
  if (turn === latest) return true;
  const otherStart = latest?.[0]?.startSeconds ?? 0;
  const otherEnd = latest?.at(-1)?.endSeconds ?? 0;
  return span.startSeconds < otherEnd || otherStart < endOf(turn);
};

function* turnsOf(spans: readonly TimedSpan[], maxPauseSeconds: number): LongWork<readonly Turn[]> {
  const turns: Turn[] = [];
  const openOf = new Map<string | undefined, Turn>();
  let count = 0;
  for (const span of spans) {
    if (isPause(count)) yield;
    count += 1;
    const turn = openOf.get(span.speaker);
    const isNear = turn !== undefined && span.startSeconds - endOf(turn) <= maxPauseSeconds;
    if (isNear && goesOn(turn, turns.at(-1), span)) {
      turn.push(span);
      continue;
    }
    const opened = [span];
    openOf.set(span.speaker, opened);
    turns.push(opened);
  }
  return turns;
}

const hasSeveralSpeakers = (spans: readonly TimedSpan[]): boolean => {
  const first = spans.find(({ speaker }) => speaker !== undefined)?.speaker;
  return spans.some(({ speaker }) => speaker !== undefined && speaker !== first);
};

/** The spans as passages in order of their start; two that talk at once each keep their passage. */
export function* passagesOf(
  spans: readonly TimedSpan[],
  maxPauseSeconds: number,
): LongWork<readonly Passage[]> {
  const several = hasSeveralSpeakers(spans);
  const nameOf = createSpeakerNames();
  return yield* mapWork(yield* turnsOf(spans, maxPauseSeconds), (turn) => {
    const speaker = turn[0]?.speaker;
    const isNamed = several && speaker !== undefined;
    return { spans: turn, speaker: isNamed ? nameOf(speaker) : undefined };
  });
}

/**
 * `phrase`: a segment ends here, so the moment is measured. `leaning`: a word so short that it is
 * likely an article or a preposition and belongs to what follows.
 */
type UnitEnding = Ending | "phrase" | "leaning";

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
interface PassageText {
  readonly text: string;
  readonly units: readonly CueUnit[];
}

/** Where a span stands in the text of all; `to` exclusive. */
interface Place {
  span: TimedSpan | undefined;
  from: number;
  to: number;
}

/** Answers which span holds a character; asked in ascending order only. The answer changes with the next. */
const createFinder = (spans: readonly TimedSpan[]): ((offset: number) => Place) => {
  const place: Place = { span: spans[0], from: 0, to: spans[0]?.text.length ?? 0 };
  let at = 0;
  return (offset) => {
    while (at < spans.length - 1 && place.to <= offset) {
      at += 1;
      const span = spans[at];
      place.span = span;
      place.from = place.to + (span?.space.length ?? 0);
      place.to = place.from + (span?.text.length ?? 0);
    }
    return place;
  };
};

const toMs = ({ span, from }: Place, offset: number): number => {
  if (span === undefined) return 0;
  const { startSeconds, endSeconds, text } = span;
  const stretch = { startSeconds, endSeconds, length: text.length };
  return Math.round(momentAt(stretch, offset - from) * 1000);
};

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
export function* unitsOfSpans(
  spans: readonly TimedSpan[],
  maxColumns: number,
): LongWork<PassageText> {
  const text = textOfSpans(spans);
  const spanAtStart = createFinder(spans);
  const spanAtEnd = createFinder(spans);
  const ranges = yield* unitsOf(text, maxColumns);
  let previousTo = 0;
  let next = "";
  const units = yield* mapWork(ranges, ({ from, to }, index): CueUnit => {
    const piece = index === 0 ? text.slice(from, to) : next;
    const following = ranges[index + 1];
    next = following === undefined ? "" : text.slice(following.from, following.to);
    const last = spanAtEnd(to - 1);
    const endsPhrase = last.span !== undefined && last.to === to && last.from < from;
    const ending = endingOf(piece, following && next);
    const startMs = toMs(spanAtStart(from), from);
    const spaceColumns = index === 0 || previousTo === from ? 0 : 1;
    previousTo = to;
    return {
      from,
      to,
      columns: columnsOf(piece),
      spaceColumns,
      startMs,
      endMs: Math.max(toMs(last, to), startMs),
      ending: refineEnding(ending, { piece, endsPhrase }),
    };
  });
  return { text, units };
}
