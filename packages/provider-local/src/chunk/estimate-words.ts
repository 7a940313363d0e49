import type { Word } from "@earshot/core";
import { wordsOf } from "./text-units.ts";
import { secondsOfFrame } from "./voiced-frames.ts";

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
