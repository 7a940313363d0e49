import { clingsToNext, clingsToPrevious, columnsOf, isUnspaced } from "./writing-system.ts";

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

const wordsOfUnspaced = (chunk: string): readonly string[] => {
  const pieces: string[] = [];
  let previous: string | undefined;
  for (const { segment } of wordSegmenter.segment(chunk)) {
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
};

/** Cuts a word that fits on no line into parts of about equal width, between whole characters. */
const cutEvenly = (word: string, maxColumns: number): readonly string[] => {
  const columns = columnsOf(word);
  if (columns <= maxColumns) return [word];
  const target = Math.ceil(columns / Math.ceil(columns / maxColumns));
  const parts: string[] = [];
  let width = target;
  for (const { segment } of graphemeSegmenter.segment(word)) {
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
};

/**
 * The pieces of a text between which a line may break: words, in scripts without spaces the words
 * of its dictionary with their particles and punctuation, and parts of words wider than a line.
 */
export function unitsOf(text: string, maxColumns: number = Number.POSITIVE_INFINITY): TextUnit[] {
  return [...text.matchAll(/\S+/gu)].flatMap(({ 0: chunk, index }) => {
    const words = isUnspaced(chunk) ? wordsOfUnspaced(chunk) : [chunk];
    let from = index;
    return words
      .flatMap((word) => cutEvenly(word, maxColumns))
      .map((piece) => {
        const unit = { from, to: from + piece.length };
        from = unit.to;
        return unit;
      });
  });
}
