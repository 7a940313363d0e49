import { isPause, mapWork } from "@earshot/core";
import type { LongWork, Segment, Word } from "@earshot/core";
import { endingOf } from "./sentence-ending.ts";
import { spansOfWords, textOfSpans } from "./timed-spans.ts";
import type { TimedSpan } from "./timed-spans.ts";
import { columnsOf } from "./writing-system.ts";

const PAUSE_SECONDS = 1;
const LONGEST_SECONDS = 15;
const LONGEST_COLUMNS = 200;

const pauseAfter = (spans: readonly TimedSpan[], index: number): number =>
  (spans[index + 1]?.startSeconds ?? 0) - (spans[index]?.endSeconds ?? 0);

const endsSegment = (spans: readonly TimedSpan[], index: number): boolean => {
  const span = spans[index];
  const next = spans[index + 1];
  if (span === undefined || next === undefined) return true;
  return (
    span.speaker !== next.speaker ||
    pauseAfter(spans, index) > PAUSE_SECONDS ||
    endingOf(span.text, next.text) === "sentence"
  );
};

function* sentencesOf(spans: readonly TimedSpan[]): LongWork<readonly (readonly TimedSpan[])[]> {
  const sentences: TimedSpan[][] = [];
  let from = 0;
  for (let index = 0; index < spans.length; index += 1) {
    if (isPause(index)) yield;
    if (!endsSegment(spans, index)) continue;
    sentences.push(spans.slice(from, index + 1));
    from = index + 1;
  }
  return sentences;
}

/** A sentence, and what of it is asked for again and again while it is cut. */
interface Measured {
  readonly spans: readonly TimedSpan[];
  /** How good a place behind each span is to cut: at a pause, after a comma. */
  readonly quality: readonly number[];
  /** Columns up to the end of each span, the spaces included. */
  readonly columns: readonly number[];
}

function* measured(spans: readonly TimedSpan[]): LongWork<Measured> {
  let width = 0;
  const columns = yield* mapWork(spans, ({ text, space }) => {
    width += space.length + columnsOf(text);
    return width;
  });
  const quality = yield* mapWork(spans, ({ text }, index) => {
    const ending = endingOf(text, spans[index + 1]?.text);
    return 4 * pauseAfter(spans, index) + (ending === "none" ? 0 : 1);
  });
  return { spans, quality, columns };
}

const fits = ({ spans, columns }: Measured, from: number, to: number): boolean => {
  const seconds = (spans[to - 1]?.endSeconds ?? 0) - (spans[from]?.startSeconds ?? 0);
  const space = from === 0 ? 0 : (spans[from]?.space.length ?? 0);
  const width = (columns[to - 1] ?? 0) - (columns[from - 1] ?? 0) - space;
  return seconds <= LONGEST_SECONDS && width <= LONGEST_COLUMNS;
};

/** Cuts within the middle half only, so that every cut makes both parts much shorter. */
function* cutRange(
  sentence: Measured,
  from: number,
  to: number,
): LongWork<readonly (readonly TimedSpan[])[]> {
  yield;
  const { spans, quality } = sentence;
  const length = to - from;
  if (length < 2 || fits(sentence, from, to)) return [spans.slice(from, to)];
  const first = Math.floor((length - 1) / 4);
  const last = Math.max(first, Math.ceil(((length - 1) * 3) / 4) - 1);
  const qualityAt = (index: number): number =>
    (quality[from + index] ?? 0) - Math.abs((2 * (index + 1)) / length - 1);
  let best = first;
  for (let index = first; index <= last; index += 1)
    if (qualityAt(index) > qualityAt(best)) best = index;
  const cut = from + best + 1;
  return [...(yield* cutRange(sentence, from, cut)), ...(yield* cutRange(sentence, cut, to))];
}

const toSegment = (spans: readonly TimedSpan[]): Segment => ({
  text: textOfSpans(spans),
  startSeconds: spans[0]?.startSeconds ?? 0,
  endSeconds: Math.max(...spans.map((span) => span.endSeconds)),
  speaker: spans[0]?.speaker,
});

/**
 * Segments with the words' times and the text as it reads: one a sentence, cut at a change of
 * speaker, at pauses over a second and where a sentence is over 15 seconds or 200 columns long.
 */
export function* segmentsOfWords(
  text: string,
  words: readonly Word[],
): LongWork<readonly Segment[]> {
  const segments: Segment[] = [];
  for (const sentence of yield* sentencesOf(yield* spansOfWords(text, words))) {
    const parts = yield* cutRange(yield* measured(sentence), 0, sentence.length);
    for (const part of parts) segments.push(toSegment(part));
  }
  return segments;
}
