import { collectWork, isPause, sortWork } from "@earshot/core";
import type { LongWork, Word } from "@earshot/core";
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
  if (raw === undefined || times === undefined) return undefined;
  return { raw, fields, startSeconds: times.startSeconds, endSeconds: times.endSeconds };
};

function* toRawWords(value: unknown): LongWork<readonly RawWord[] | undefined> {
  return Array.isArray(value) ? yield* collectWork(asArray(value), toRawWord) : undefined;
}

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
function* joinTokens(pieces: readonly RawWord[]): LongWork<readonly RawWord[]> {
  if (!isTokenList(pieces)) return pieces;
  const words: RawWord[] = [];
  for (let index = 0; index < pieces.length; index += 1) {
    if (isPause(index)) yield;
    const piece = pieces[index];
    if (piece === undefined) continue;
    const last = words.at(-1);
    if (last !== undefined && continues(piece)) words[words.length - 1] = joinPieces(last, piece);
    else words.push(piece);
  }
  return words;
}

function* wordsInSegments(segments: unknown): LongWork<readonly RawWord[] | undefined> {
  const found: RawWord[] = [];
  let areListed = false;
  const list = asArray(segments);
  for (let index = 0; index < list.length; index += 1) {
    if (isPause(index)) yield;
    const words = yield* toRawWords(asRecord(list[index])?.["words"]);
    if (words === undefined) continue;
    areListed = true;
    for (const word of yield* joinTokens(words)) found.push(word);
  }
  return areListed ? found : undefined;
}

/** Whisper times words one by one: some start a moment before the word that they follow. */
const OVERLAP_SECONDS = 1;

/** The order of the list is that of the text, so that a word cannot start before the one in front. */
function* inTextOrder(words: readonly RawWord[]): LongWork<readonly Word[]> {
  const ordered: Word[] = [];
  let previousSeconds = 0;
  let count = 0;
  for (const { raw, fields, ...times } of words) {
    if (isPause(count)) yield;
    count += 1;
    const isLate = times.startSeconds < previousSeconds - OVERLAP_SECONDS;
    const startSeconds = isLate
      ? times.startSeconds
      : Math.max(times.startSeconds, previousSeconds);
    previousSeconds = startSeconds;
    const endSeconds = Math.max(startSeconds, times.endSeconds);
    const text = raw.trim();
    if (text !== "")
      ordered.push({
        text,
        startSeconds,
        endSeconds,
        ...speakerOf(fields),
        ...confidenceOf(fields),
      });
  }
  return ordered;
}

/**
 * Words in the order of their starts, from the top of the answer or from inside its segments;
 * undefined when it holds none with times.
 */
export function* toWords(answer: AnswerFields): LongWork<readonly Word[] | undefined> {
  const top = yield* toRawWords(answer["words"]);
  const found =
    top === undefined || top.length === 0 ? yield* wordsInSegments(answer["segments"]) : top;
  const listed = found ?? top;
  if (listed === undefined) return undefined;
  const words = yield* inTextOrder(listed);
  const silent = asString(answer["text"])?.trim() === "";
  return words.length === 0 && !silent ? undefined : yield* sortWork(words, byStart);
}
