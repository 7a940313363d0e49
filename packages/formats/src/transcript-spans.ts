import { mapWork } from "@earshot/core";
import type { LongWork, Segment, Transcript, Word } from "@earshot/core";
import { alignWordsWork } from "./align-words.ts";
import type { TimedSpan } from "./timed-span.ts";
import { onOneLine, spaceBetween } from "./writing-system.ts";

const toSpans = (items: readonly (Segment | Word)[]): LongWork<readonly TimedSpan[]> => {
  let previous = "";
  return mapWork(items, ({ startSeconds, endSeconds, speaker, ...item }) => {
    const text = onOneLine(item.text);
    const space = spaceBetween(previous, text);
    previous = text;
    return { text, space, startSeconds, endSeconds, ...(speaker === undefined ? {} : { speaker }) };
  });
};

/** The words laid over the text, or one after the other when they are not its words. */
export function* spansOfWords(
  text: string,
  words: readonly Word[],
): LongWork<readonly TimedSpan[]> {
  return (yield* alignWordsWork(onOneLine(text), words)) ?? (yield* toSpans(words));
}

/** Spans from the words, else from the segments; empty when the transcript has no times. */
export function* spansOfTranscript(transcript: Transcript): LongWork<readonly TimedSpan[]> {
  const { text, words = [], segments = [] } = transcript;
  if (words.length === 0) return yield* toSpans(segments);
  const aligned = yield* alignWordsWork(onOneLine(text), words);
  return aligned ?? (yield* toSpans(segments.length > 0 ? segments : words));
}
