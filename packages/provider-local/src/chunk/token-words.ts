import type { Word } from "@earshot/core";
import type { Decoded } from "../engine/speech-engine.ts";

/** How long the last token lasts when the model does not say; no pause is that short. */
const LAST_TOKEN_SECONDS = 0.3;

const STARTS_WORD = /^[\s▁]|^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u;
const MARKS = /^[\p{P}\p{S}]+$/u;

const squeeze = (text: string): string => text.replaceAll(/[\s▁]+/gu, "");

interface TimedToken {
  readonly text: string;
  readonly start: number;
  readonly end: number;
}

const timedTokens = (decoded: Decoded, lengthSeconds: number): readonly TimedToken[] =>
  decoded.tokens.map((text, index) => {
    const start = decoded.timestamps[index] ?? 0;
    const duration = decoded.durations[index];
    const following = decoded.timestamps[index + 1];
    const end = duration === undefined || duration === 0 ? following : start + duration;
    return { text, start, end: Math.min(end ?? start + LAST_TOKEN_SECONDS, lengthSeconds) };
  });

const joinTokens = (words: Word[], token: TimedToken): Word[] => {
  const text = token.text.replaceAll(/[\s▁]+/gu, "");
  const last = words.at(-1);
  const isMark = MARKS.test(text);
  if (last === undefined || (STARTS_WORD.test(token.text) && !isMark)) {
    if (text !== "") words.push({ text, startSeconds: token.start, endSeconds: token.end });
    return words;
  }
  // A mark is not spoken, so it makes no word longer.
  const endSeconds = isMark ? last.endSeconds : Math.max(last.endSeconds, token.end);
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
