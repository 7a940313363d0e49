import type { Segment, Transcript, Word } from "@earshot/core";
import { alignWords } from "./align-words.ts";
import type { TimedSpan } from "./timed-span.ts";
import { onOneLine, spaceBetween } from "./writing-system.ts";

const toSpans = (items: readonly (Segment | Word)[]): readonly TimedSpan[] =>
  items.map(({ startSeconds, endSeconds, speaker, ...item }, index) => {
    const text = onOneLine(item.text);
    const space = spaceBetween(onOneLine(items[index - 1]?.text ?? ""), text);
    return { text, space, startSeconds, endSeconds, ...(speaker === undefined ? {} : { speaker }) };
  });

/** The words laid over the text, or one after the other when they are not its words. */
export const spansOfWords = (text: string, words: readonly Word[]): readonly TimedSpan[] =>
  alignWords(onOneLine(text), words) ?? toSpans(words);

/** Spans from the words, else from the segments; empty when the transcript has no times. */
export function spansOfTranscript(transcript: Transcript): readonly TimedSpan[] {
  const { text, words = [], segments = [] } = transcript;
  if (words.length === 0) return toSpans(segments);
  const aligned = alignWords(onOneLine(text), words);
  return aligned ?? toSpans(segments.length > 0 ? segments : words);
}
