import { isPause, mapWork, sortWork } from "@earshot/core";
import type { LongWork, Segment, Word } from "@earshot/core";
import {
  clingsToNext,
  clingsToPrevious,
  columnsOf,
  isUnspaced,
  onOneLine,
} from "./writing-system.ts";

/** A piece of text between two places where a line may break, as a range of the text. */
export interface TextUnit {
  readonly from: number;
  readonly to: number;
}

/** Keeps a Japanese inflection or particle with its word, up to about eight characters. */
const LONGEST_JOINED_COLUMNS = 16;

const wordSegmenter = new Intl.Segmenter("und", { granularity: "word" });
const graphemeSegmenter = new Intl.Segmenter("und", { granularity: "grapheme" });

const leansOn = (previous: string, next: string): boolean =>
  (/^\p{Script=Hiragana}/u.test(next) && /[\p{L}ー」』）]$/u.test(previous)) ||
  (/^\p{Script=Katakana}/u.test(next) && /[\p{Script=Katakana}ー]$/u.test(previous)) ||
  (/^[\p{Script=Latin}\p{N}]/u.test(next) && /[\p{Script=Latin}\p{N}]$/u.test(previous));

const mustJoin = (previous: string, next: string): boolean =>
  clingsToPrevious(next) || clingsToNext(previous.slice(-2));

const joins = (previous: string, next: string): boolean =>
  mustJoin(previous, next) ||
  columnsOf(next) === 0 ||
  (leansOn(previous, next) && columnsOf(previous + next) <= LONGEST_JOINED_COLUMNS);

/** Longer pieces are no words: punctuation or letters without width, repeated for ever. */
const LONGEST_PIECE = 64;

/** The dictionary is asked about that much at once: all of a script without spaces is one question. */
const LONGEST_QUESTION = 100_000;

function* segmentsOf(chunk: string): Generator<string, void, undefined> {
  for (let from = 0; from < chunk.length;) {
    let to = from + LONGEST_QUESTION;
    // Not between the halves of a character.
    if ((chunk.codePointAt(to - 1) ?? 0) > 0xffff) to += 1;
    for (const { segment } of wordSegmenter.segment(chunk.slice(from, to))) yield segment;
    from = to;
  }
}

function* wordsOfUnspaced(chunk: string): LongWork<readonly string[]> {
  const pieces: string[] = [];
  let previous: string | undefined;
  let count = 0;
  for (const segment of segmentsOf(chunk)) {
    if (isPause(count)) yield;
    count += 1;
    const isShort = previous !== undefined && previous.length + segment.length <= LONGEST_PIECE;
    if (previous !== undefined && isShort && joins(previous, segment)) {
      previous += segment;
      pieces[pieces.length - 1] = previous;
    } else {
      previous = segment;
      pieces.push(segment);
    }
  }
  return pieces;
}

/** Cuts a word that fits on no line into parts of about equal width, between whole characters. */
function* cutEvenly(
  word: string,
  columns: number,
  maxColumns: number,
): LongWork<readonly string[]> {
  const target = Math.ceil(columns / Math.ceil(columns / maxColumns));
  const parts: string[] = [];
  let width = target;
  let count = 0;
  for (const { segment } of graphemeSegmenter.segment(word)) {
    if (isPause(count)) yield;
    count += 1;
    const own = columnsOf(segment);
    if (parts.length === 0 || width + own > target) {
      parts.push(segment);
      width = own;
    } else {
      parts[parts.length - 1] += segment;
      width += own;
    }
  }
  return parts;
}

/**
 * The pieces of a text between which a line may break: words, in scripts without spaces the words
 * of its dictionary with their particles and punctuation, and parts of words wider than a line.
 */
export function* unitsOf(
  text: string,
  maxColumns: number = Number.POSITIVE_INFINITY,
): LongWork<TextUnit[]> {
  const units: TextUnit[] = [];
  let words = 0;
  for (const { 0: chunk, index } of text.matchAll(/\S+/gu)) {
    let from = index;
    for (const word of isUnspaced(chunk) ? yield* wordsOfUnspaced(chunk) : [chunk]) {
      if (isPause(words)) yield;
      words += 1;
      const columns = columnsOf(word);
      const parts = columns > maxColumns ? yield* cutEvenly(word, columns, maxColumns) : [word];
      for (const { length } of parts) {
        units.push({ from, to: from + length });
        from += length;
      }
    }
  }
  return units;
}

/** A length of text between two moments. */
interface Stretch {
  readonly length: number;
  readonly startSeconds: number;
  readonly endSeconds: number;
}

/** The moment at which a character is spoken if every character takes equally long: an estimate. */
export const momentAt = ({ length, startSeconds, endSeconds }: Stretch, offset: number): number =>
  offset >= length ? endSeconds : startSeconds + ((endSeconds - startSeconds) * offset) / length;

function* wordsOf(segment: Segment): LongWork<readonly Word[]> {
  const text = onOneLine(segment.text);
  const stretch = { ...segment, length: text.length };
  return yield* mapWork(yield* unitsOf(text), ({ from, to }) => ({
    text: text.slice(from, to),
    startSeconds: momentAt(stretch, from),
    endSeconds: momentAt(stretch, to),
    speaker: segment.speaker,
  }));
}

/** Words with times estimated from their place in their segment; never outside of it. */
export function* estimateWords(segments: readonly Segment[]): LongWork<readonly Word[]> {
  const words: Word[] = [];
  for (const segment of segments) {
    yield;
    for (const word of yield* wordsOf(segment)) words.push(word);
  }
  return yield* sortWork(words, (left, right) => left.startSeconds - right.startSeconds);
}
