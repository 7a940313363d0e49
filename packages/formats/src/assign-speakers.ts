import { mapWork } from "@earshot/core";
import type { LongWork, Segment, Transcript, Word } from "@earshot/core";
import { segmentsOfWordsWork } from "./segments-of-words.ts";

const hasSpeakers = (items: readonly (Segment | Word)[] | undefined): boolean =>
  items?.some((item) => item.speaker !== undefined) ?? false;

/** Both lists are in order of time, so one walk along them is enough. */
const nameWords = (
  words: readonly Word[],
  segments: readonly Segment[],
): LongWork<readonly Word[]> => {
  let at = 0;
  return mapWork(words, (word) => {
    const middle = (word.startSeconds + word.endSeconds) / 2;
    while (at < segments.length - 1 && (segments[at]?.endSeconds ?? 0) < middle) at += 1;
    const speaker = segments[at]?.speaker;
    return speaker === undefined ? word : { ...word, speaker };
  });
};

/**
 * Gives words the speakers of their segments, or builds the segments anew where only the words
 * tell who speaks. Unchanged when neither does or both do.
 */
export function* assignSpeakers(transcript: Transcript): LongWork<Transcript> {
  const { segments, words, text } = transcript;
  if (words === undefined || segments === undefined || segments.length === 0) return transcript;
  if (hasSpeakers(segments) === hasSpeakers(words)) return transcript;
  return hasSpeakers(segments)
    ? { ...transcript, words: yield* nameWords(words, segments) }
    : { ...transcript, segments: yield* segmentsOfWordsWork(text, words) };
}

/** Whether somebody is named in the segments or, where there are none, in the words. */
export const tellsSpeakers = ({ segments, words }: Transcript): boolean =>
  hasSpeakers(segments) || hasSpeakers(words);
