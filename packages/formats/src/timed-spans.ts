import { doAtOnce, isPause, mapWork } from "@earshot/core";
import type { LongWork, Segment, Transcript, Word } from "@earshot/core";
import { onOneLine, spaceBetween } from "./writing-system.ts";

/** A stretch of the text with the times of the words or of the segment that it stands for. */
export interface TimedSpan {
  /** On one line, no white space around it. */
  readonly text: string;
  /** What stands between the previous span and this one. */
  readonly space: "" | " ";
  readonly startSeconds: number;
  readonly endSeconds: number;
  readonly speaker: string | undefined;
}

/** The text of consecutive spans as it reads. */
export const textOfSpans = (spans: readonly TimedSpan[]): string =>
  spans.map((span, index) => (index === 0 ? "" : span.space) + span.text).join("");

/** How many letters of the text may be skipped to find the next word. */
const LOOKAHEAD_LETTERS = 40;
/** How many opening brackets and quotes a word takes with it. */
const MOST_BRACKETS = 8;
/** A letter is far less work than a word. */
const LETTERS_BETWEEN_PAUSES = 8192;
/** With a smaller share of the words found in the text, the two are not the same speech. */
const LEAST_SHARE_FOUND = 0.8;

/** The letters and digits of a text in lower case, and where each one stands in it. */
interface Letters {
  readonly letters: string;
  readonly positions: readonly number[];
}

/** A word found in the text, from its first to its last letter. */
interface Anchor {
  readonly from: number;
  readonly to: number;
  readonly wordIndex: number;
}

const LETTER = /[\p{L}\p{N}\p{M}]/u;
const LETTER_OR_DIGIT = /[\p{L}\p{N}]/u;
const ASCII_LETTER = /[A-Za-z0-9]/;
/** Most texts are made of these, and asking the expression for each takes the most time of all. */
const isAsciiLetter: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  ASCII_LETTER.test(String.fromCharCode(code)),
);

const ASCII_WORD = /^[a-z0-9]*$/;

/** The letters of one word. */
const keyOf = (word: string): string =>
  ASCII_WORD.test(word) ? word : doAtOnce(lettersOf(word)).letters;

function* lettersOf(text: string): LongWork<Letters> {
  const letters: string[] = [];
  const positions: number[] = [];
  for (let index = 0; index < text.length; index += 1) {
    if (isPause(index, LETTERS_BETWEEN_PAUSES)) yield;
    const code = text.codePointAt(index) ?? 0;
    const character = code > 0xffff ? String.fromCodePoint(code) : text.charAt(index);
    if (isAsciiLetter[code] ?? LETTER.test(character)) {
      const lower = character.toLowerCase();
      letters.push(lower);
      for (let unit = 0; unit < lower.length; unit += 1) positions.push(index);
    }
    index += character.length - 1;
  }
  return { letters: letters.join(""), positions };
}

const startsWord = ({ positions }: Letters, at: number): boolean => {
  const here = positions[at];
  const before = positions[at - 1];
  return here === undefined || before === undefined || here - before > 1;
};

const find = (source: Letters, key: string, cursor: number): number | undefined => {
  const near = source.letters.slice(cursor, cursor + LOOKAHEAD_LETTERS + key.length);
  let at = near.indexOf(key);
  while (at >= 0) {
    if (at === 0 || startsWord(source, cursor + at)) return cursor + at;
    at = near.indexOf(key, at + 1);
  }
  return undefined;
};

function* anchorsOf(text: string, words: readonly Word[]): LongWork<readonly Anchor[]> {
  const source = yield* lettersOf(text);
  const anchors: Anchor[] = [];
  let cursor = 0;
  let wordIndex = -1;
  for (const word of words) {
    wordIndex += 1;
    if (isPause(wordIndex)) yield;
    const key = keyOf(word.text);
    const at = key === "" ? undefined : find(source, key, cursor);
    if (at === undefined) continue;
    cursor = at + key.length;
    const from = source.positions[at] ?? text.length;
    const last = source.positions[cursor - 1] ?? text.length;
    const lastLength = (text.codePointAt(last) ?? 0) > 0xffff ? 2 : 1;
    anchors.push({ from, to: last + lastLength, wordIndex });
  }
  return anchors;
}

/** Between two anchors: punctuation of the left, text without a word, punctuation of the right. */
interface Gap {
  readonly leftEnd: number;
  readonly rightStart: number;
}

/** What stands between most words. */
const isOneSpace = (text: string, from: number, to: number): boolean =>
  to - from === 1 && from > 0 && to < text.length && text[from] === " ";

const gapBetween = (text: string, from: number, to: number): Gap => {
  if (isOneSpace(text, from, to)) return { leftEnd: from, rightStart: from };
  const between = text.slice(from, to);
  if (LETTER_OR_DIGIT.test(between)) {
    const leftEnd = from === 0 ? 0 : from + Math.max(0, between.indexOf(" "));
    const rightStart = to === text.length ? to : from + between.lastIndexOf(" ");
    return rightStart > leftEnd ? { leftEnd, rightStart } : { leftEnd: from, rightStart: to };
  }
  if (from === 0) return { leftEnd: 0, rightStart: 0 };
  if (to === text.length) return { leftEnd: to, rightStart: to };
  const space = between.lastIndexOf(" ");
  const opening = /[\p{Ps}\p{Pi}¿¡]*$/u.exec(between.slice(-MOST_BRACKETS))?.[0].length ?? 0;
  const cut = space >= 0 ? from + space : to - opening;
  return { leftEnd: cut, rightStart: cut };
};

type Times = Pick<TimedSpan, "startSeconds" | "endSeconds" | "speaker">;

const timesOf = (first: Word, last: Word): Times => ({
  startSeconds: first.startSeconds,
  endSeconds: last.endSeconds,
  speaker: first.speaker,
});

const silenceBetween = (before: Word | undefined, after: Word | undefined): Times => {
  const word = before ?? after;
  if (word === undefined) return { startSeconds: 0, endSeconds: 0, speaker: undefined };
  const startSeconds = before === undefined ? word.startSeconds : before.endSeconds;
  const endSeconds = Math.max(startSeconds, after === undefined ? 0 : after.startSeconds);
  return { ...timesOf(word, word), startSeconds, endSeconds };
};

/** Times of text without a word: of the words there that were not found, else of the silence. */
const timesBetween = (words: readonly Word[], left: number, right: number): Times => {
  const first = words[left + 1];
  const last = words[right - 1];
  if (left + 1 < right && first !== undefined && last !== undefined) return timesOf(first, last);
  return silenceBetween(words[left], words[right]);
};

function* layOver(
  text: string,
  words: readonly Word[],
  anchors: readonly Anchor[],
): LongWork<readonly TimedSpan[]> {
  const spans: TimedSpan[] = [];
  const push = (from: number, to: number, times: Times): void => {
    const piece = text.slice(from, to);
    const space = piece.startsWith(" ") || text[from - 1] === " " ? " " : "";
    const trimmed = piece.trim();
    if (trimmed !== "") spans.push({ text: trimmed, space, ...times });
  };
  let from = 0;
  let left = -1;
  let leftTo = 0;
  const end = { from: text.length, to: text.length, wordIndex: words.length };
  for (let index = 0; index <= anchors.length; index += 1) {
    if (isPause(index)) yield;
    const anchor = anchors[index] ?? end;
    const { leftEnd, rightStart } = gapBetween(text, leftTo, anchor.from);
    const word = words[left];
    const last = leftEnd < rightStart ? word : words[anchor.wordIndex - 1];
    if (word !== undefined) push(from, leftEnd, timesOf(word, last ?? word));
    if (leftEnd < rightStart)
      push(leftEnd, rightStart, timesBetween(words, left, anchor.wordIndex));
    from = rightStart;
    left = anchor.wordIndex;
    leftTo = anchor.to;
  }
  return spans;
}

const isSpoken = ({ text }: Word): boolean =>
  ASCII_LETTER.test(text.slice(0, 1)) || LETTER_OR_DIGIT.test(text);

/**
 * Lays word times over the text as it reads, so that no character of it is lost: each span is a
 * word with its punctuation, or text that has no words of its own. The text must be on one line.
 * Undefined when the words are not those of the text.
 */
export function* alignWords(
  text: string,
  words: readonly Word[],
): LongWork<readonly TimedSpan[] | undefined> {
  const anchors = yield* anchorsOf(text, words);
  let spoken = 0;
  yield* mapWork(words, (word) => {
    if (isSpoken(word)) spoken += 1;
  });
  if (spoken === 0 || anchors.length < spoken * LEAST_SHARE_FOUND) return undefined;
  return yield* layOver(text, words, anchors);
}

const toSpans = (items: readonly (Segment | Word)[]): LongWork<readonly TimedSpan[]> => {
  let previous = "";
  return mapWork(items, ({ startSeconds, endSeconds, speaker, ...item }) => {
    const text = onOneLine(item.text);
    const space = spaceBetween(previous, text);
    previous = text;
    return { text, space, startSeconds, endSeconds, speaker };
  });
};

/** The words laid over the text; when they are not its words, the others one after the other. */
export function* spansOfWords(
  text: string,
  words: readonly Word[],
  others: readonly (Segment | Word)[] = words,
): LongWork<readonly TimedSpan[]> {
  return (yield* alignWords(onOneLine(text), words)) ?? (yield* toSpans(others));
}

/** Spans from the words, else from the segments; empty when the transcript has no times. */
export const spansOfTranscript = (transcript: Transcript): LongWork<readonly TimedSpan[]> => {
  const { text, words = [], segments = [] } = transcript;
  if (words.length === 0) return toSpans(segments);
  return spansOfWords(text, words, segments.length > 0 ? segments : words);
};
