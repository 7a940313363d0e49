import type { Segment, Word } from "@earshot/core";
import { unitsOf } from "./text-units.ts";
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

const wordsOf = (segment: Segment): readonly Word[] => {
  const text = onOneLine(segment.text);
  const stretch = { ...segment, length: text.length };
  const speaker = segment.speaker === undefined ? {} : { speaker: segment.speaker };
  return unitsOf(text).map(({ from, to }) => ({
    text: text.slice(from, to),
    startSeconds: momentAt(stretch, from),
    endSeconds: momentAt(stretch, to),
    ...speaker,
  }));
};

/** Words with times estimated from their place in their segment; never outside of it. */
export const estimateWords = (segments: readonly Segment[]): readonly Word[] =>
  segments.flatMap(wordsOf).toSorted((left, right) => left.startSeconds - right.startSeconds);
