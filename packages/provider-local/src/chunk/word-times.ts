import type { Word } from "@earshot/core";
import type { Decoded } from "../engine/speech-engine.ts";
import { secondsOfFrame } from "./voiced-frames.ts";

const CJK = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}";
const UNIT = new RegExp(`[${CJK}ー]\\p{P}*|[^\\s${CJK}]+`, "gu");
const ENDS_WITHOUT_SPACE = new RegExp(`[${CJK}ー、。，！？；：」』）]$`, "u");
const STARTS_WITHOUT_SPACE = new RegExp(`^[${CJK}「『（]`, "u");

/** The words of a text with their punctuation; each Chinese or Japanese character is one. */
export function wordsOf(text: string): readonly string[] {
  return text.match(UNIT) ?? [];
}

/** What belongs between two texts: a space, or nothing where the script writes none. */
export function joinerOf(before: string, after: string): "" | " " {
  if (before === "" || after === "") return "";
  return ENDS_WITHOUT_SPACE.test(before) && STARTS_WITHOUT_SPACE.test(after) ? "" : " ";
}

/** How long the last token lasts when the model does not say; no pause is that short. */
const LAST_TOKEN_SECONDS = 0.3;
const STARTS_WORD = new RegExp(`^[\\s▁${CJK}]`, "u");
const MARKS = /^[\p{P}\p{S}]+$/u;

const squeeze = (text: string): string => text.replaceAll(/[\s▁]+/gu, "");

const timedTokens = (decoded: Decoded, lengthSeconds: number): readonly Word[] =>
  decoded.tokens.map((text, index) => {
    const startSeconds = decoded.timestamps[index] ?? 0;
    const duration = decoded.durations[index];
    const following = decoded.timestamps[index + 1];
    const end = duration === undefined || duration === 0 ? following : startSeconds + duration;
    const endSeconds = Math.min(end ?? startSeconds + LAST_TOKEN_SECONDS, lengthSeconds);
    return { text, startSeconds, endSeconds };
  });

const joinTokens = (words: Word[], token: Word): Word[] => {
  const text = squeeze(token.text);
  const last = words.at(-1);
  const isMark = MARKS.test(text);
  if (last === undefined || (STARTS_WORD.test(token.text) && !isMark)) {
    if (text !== "") words.push({ ...token, text });
    return words;
  }
  // A mark is not spoken, so it makes no word longer.
  const endSeconds = isMark ? last.endSeconds : Math.max(last.endSeconds, token.endSeconds);
  words[words.length - 1] = { ...last, text: last.text + text, endSeconds };
  return words;
};

/**
 * Words with the times that the model measured, in seconds from the first sample. Undefined when it
 * measured none, or when its tokens are not what its text says.
 */
export function tokenWords(decoded: Decoded, lengthSeconds: number): readonly Word[] | undefined {
  const { tokens, timestamps, text } = decoded;
  if (tokens.length === 0 || timestamps.length !== tokens.length) return undefined;
  if (squeeze(tokens.join("")) !== squeeze(text)) return undefined;
  return timedTokens(decoded, lengthSeconds).reduce(joinTokens, []);
}

/** A digit is read out as a whole word. */
const DIGIT_LETTERS = 3;

const weightOf = (word: string): number => {
  const letters = word.match(/\p{L}/gu)?.length ?? 0;
  const digits = word.match(/\p{N}/gu)?.length ?? 0;
  return Math.max(1, letters + digits * DIGIT_LETTERS);
};

/**
 * Spreads the words of a text over the voiced frames by their letters. Against measured times the
 * median error is about 0.2 s, so results must be marked as estimates.
 */
export function estimateWords(text: string, voiced: readonly number[]): readonly Word[] {
  const words = wordsOf(text);
  const total = words.reduce((sum, word) => sum + weightOf(word), 0);
  const placeOf = (letters: number): number => (letters / total) * voiced.length;
  const frameAt = (place: number): number => voiced[Math.min(voiced.length - 1, place)] ?? 0;
  let before = 0;
  return words.map((word) => {
    const after = before + weightOf(word);
    const first = frameAt(Math.floor(placeOf(before)));
    const last = Math.max(first, frameAt(Math.ceil(placeOf(after)) - 1));
    before = after;
    return {
      text: word,
      startSeconds: secondsOfFrame(first),
      endSeconds: secondsOfFrame(last + 1),
    };
  });
}
