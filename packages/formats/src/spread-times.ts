import { mapWork, sortWork } from "@earshot/core";
import type { LongWork, Segment, Word } from "@earshot/core";
import { unitsWork } from "./text-units.ts";
import { onOneLine } from "./writing-system.ts";

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
  const speaker = segment.speaker === undefined ? {} : { speaker: segment.speaker };
  return yield* mapWork(yield* unitsWork(text), ({ from, to }) => ({
    text: text.slice(from, to),
    startSeconds: momentAt(stretch, from),
    endSeconds: momentAt(stretch, to),
    ...speaker,
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
