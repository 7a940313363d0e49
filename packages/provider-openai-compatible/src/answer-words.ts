import type { Word } from "@earshot/core";
import { asArray, asRecord, asString } from "@earshot/provider-kit";
import { byStart, confidenceOf, speakerOf, timesOf } from "./timed-fields.ts";
import type { AnswerFields, Times } from "./timed-fields.ts";

/** A word as it came, with the space in front that tells a whole word from the rest of one. */
interface RawWord extends Times {
  readonly raw: string;
  readonly fields: AnswerFields;
}

const toRawWord = (value: unknown): RawWord | undefined => {
  const fields = asRecord(value);
  if (fields === undefined) return undefined;
  // LocalAI calls it `text`, everybody else `word`.
  const raw = asString(fields["word"]) ?? asString(fields["text"]);
  const times = timesOf(fields);
  return raw === undefined || times === undefined ? undefined : { raw, fields, ...times };
};

const toRawWords = (value: unknown): readonly RawWord[] | undefined =>
  Array.isArray(value) ? value.flatMap((item: unknown) => toRawWord(item) ?? []) : undefined;

const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u;

const continues = ({ raw }: RawWord): boolean => !/^\s/u.test(raw) && !UNSPACED.test(raw);

const joinPieces = (one: RawWord, piece: RawWord): RawWord => {
  const confidences = [one, piece].flatMap(({ fields }) => confidenceOf(fields).confidence ?? []);
  return {
    raw: one.raw + piece.raw,
    startSeconds: one.startSeconds,
    endSeconds: Math.max(one.endSeconds, piece.endSeconds),
    // A word is as sure as its least sure piece.
    fields:
      confidences.length === 0
        ? one.fields
        : { ...one.fields, probability: Math.min(...confidences) },
  };
};

const isTokenList = (pieces: readonly RawWord[]): boolean =>
  pieces.some(({ raw }) => /^\s/u.test(raw)) && pieces.some(({ raw }) => !/^\s/u.test(raw));

/** whisper.cpp lists tokens as words: those without a space in front belong to the one before. */
const joinTokens = (pieces: readonly RawWord[]): readonly RawWord[] => {
  if (!isTokenList(pieces)) return pieces;
  const words: RawWord[] = [];
  for (const piece of pieces) {
    const last = words.at(-1);
    if (last !== undefined && continues(piece)) words[words.length - 1] = joinPieces(last, piece);
    else words.push(piece);
  }
  return words;
};

const wordsInSegments = (segments: unknown): readonly RawWord[] | undefined => {
  const lists = asArray(segments).flatMap((segment) => {
    const words = toRawWords(asRecord(segment)?.["words"]);
    return words === undefined ? [] : [joinTokens(words)];
  });
  return lists.length === 0 ? undefined : lists.flat();
};

/** Whisper times words one by one: some start a moment before the word that they follow. */
const OVERLAP_SECONDS = 1;

/** The order of the list is that of the text, so that a word cannot start before the one in front. */
const inTextOrder = (words: readonly RawWord[]): readonly RawWord[] => {
  let previousSeconds = 0;
  return words.map((word) => {
    const isLate = word.startSeconds < previousSeconds - OVERLAP_SECONDS;
    const startSeconds = isLate ? word.startSeconds : Math.max(word.startSeconds, previousSeconds);
    previousSeconds = startSeconds;
    return { ...word, startSeconds, endSeconds: Math.max(startSeconds, word.endSeconds) };
  });
};

const toWord = ({ raw, fields, startSeconds, endSeconds }: RawWord): Word => ({
  text: raw.trim(),
  startSeconds,
  endSeconds,
  ...speakerOf(fields),
  ...confidenceOf(fields),
});

/**
 * Words in the order of their starts, from the top of the answer or from inside its segments;
 * undefined when it holds none with times.
 */
export function toWords(answer: AnswerFields): readonly Word[] | undefined {
  const top = toRawWords(answer["words"]);
  const found = top === undefined || top.length === 0 ? wordsInSegments(answer["segments"]) : top;
  const listed = found ?? top;
  if (listed === undefined) return undefined;
  const words = inTextOrder(listed)
    .map(toWord)
    .filter(({ text }) => text !== "");
  const silent = asString(answer["text"])?.trim() === "";
  return words.length === 0 && !silent ? undefined : words.toSorted(byStart);
}
