import type { Segment, Word } from "@earshot/core";
import { endingOf } from "./sentence-ending.ts";
import { textOfSpans } from "./timed-span.ts";
import type { TimedSpan } from "./timed-span.ts";
import { spansOfWords } from "./transcript-spans.ts";
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

const sentencesOf = (spans: readonly TimedSpan[]): readonly (readonly TimedSpan[])[] => {
  const sentences: TimedSpan[][] = [];
  let from = 0;
  spans.forEach((_, index) => {
    if (!endsSegment(spans, index)) return;
    sentences.push(spans.slice(from, index + 1));
    from = index + 1;
  });
  return sentences;
};

/** How good a place this is to cut a long sentence: at a pause, after a comma, near the middle. */
const cutQuality = (spans: readonly TimedSpan[], index: number): number => {
  const ending = endingOf(spans[index]?.text ?? "", spans[index + 1]?.text);
  const offCentre = Math.abs((2 * (index + 1)) / spans.length - 1);
  return 4 * pauseAfter(spans, index) + (ending === "none" ? 0 : 1) - offCentre;
};

/** Cuts within the middle half only, so that every cut makes both parts much shorter. */
const cutLong = (spans: readonly TimedSpan[]): readonly (readonly TimedSpan[])[] => {
  const seconds = (spans.at(-1)?.endSeconds ?? 0) - (spans[0]?.startSeconds ?? 0);
  const fits = seconds <= LONGEST_SECONDS && columnsOf(textOfSpans(spans)) <= LONGEST_COLUMNS;
  if (fits || spans.length < 2) return [spans];
  const first = Math.floor((spans.length - 1) / 4);
  const last = Math.max(first, Math.ceil(((spans.length - 1) * 3) / 4) - 1);
  let best = first;
  for (let index = first; index <= last; index += 1)
    if (cutQuality(spans, index) > cutQuality(spans, best)) best = index;
  return [...cutLong(spans.slice(0, best + 1)), ...cutLong(spans.slice(best + 1))];
};

const toSegment = (spans: readonly TimedSpan[]): Segment => {
  const speaker = spans[0]?.speaker;
  return {
    text: textOfSpans(spans),
    startSeconds: spans[0]?.startSeconds ?? 0,
    endSeconds: Math.max(...spans.map((span) => span.endSeconds)),
    ...(speaker === undefined ? {} : { speaker }),
  };
};

/**
 * Segments with the words' times and the text as it reads: one a sentence, cut at a change of
 * speaker, at pauses over a second and where a sentence is over 15 seconds or 200 columns long.
 */
export function segmentsOfWords(text: string, words: readonly Word[]): readonly Segment[] {
  return sentencesOf(spansOfWords(text, words)).flatMap(cutLong).map(toSegment);
}
