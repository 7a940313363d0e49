import { collectWork, isPause, sortWork } from "@earshot/core";
import type { LongWork, Segment, Word } from "@earshot/core";
import { asArray, asNumber, asRecord, asSeconds, asString } from "@earshot/provider-kit";

type Fields = Readonly<Record<string, unknown>>;

/** Names who speaks, from the number of a channel and of a speaker in it. */
export type SpeakerLabel = (channel: number, speaker: unknown) => string | undefined;

/**
 * Speakers are the vendor's numbers. Where there are several channels these are the speakers, and
 * both together when speakers are told apart inside of the channels too.
 */
export function createSpeakerLabel(channelCount: number): SpeakerLabel {
  return (channel, speaker) => {
    const number = asNumber(speaker);
    if (channelCount < 2) return number === undefined ? undefined : String(number);
    return number === undefined ? String(channel) : `channel ${channel} speaker ${number}`;
  };
}

/** Undefined without a text or without times. */
const timedText = (
  fields: Fields,
  text: string | undefined,
  speaker: string | undefined,
): Word | undefined => {
  const trimmed = text?.trim() ?? "";
  const start = asSeconds(fields["start"]);
  const end = asSeconds(fields["end"]);
  if (trimmed === "" || start === undefined || end === undefined) return undefined;
  const confidence = asNumber(fields["confidence"]);
  const isShare = confidence !== undefined && confidence >= 0 && confidence <= 1;
  return {
    text: trimmed,
    startSeconds: start,
    endSeconds: Math.max(start, end),
    speaker,
    confidence: isShare ? confidence : undefined,
  };
};

/** The words of an alternative as they read in its text, those without times left out. */
export const wordsOf = (
  alternative: Fields,
  channel: number,
  labelOf: SpeakerLabel,
): LongWork<Word[]> =>
  collectWork(asArray(alternative["words"]), (item) => {
    const fields = asRecord(item) ?? {};
    const text = asString(fields["punctuated_word"]) ?? asString(fields["word"]);
    return timedText(fields, text, labelOf(channel, fields["speaker"]));
  });

/** Utterances of all channels as segments. */
export const utterancesOf = (results: Fields, labelOf: SpeakerLabel): LongWork<Segment[]> =>
  collectWork(asArray(results["utterances"]), (item) => {
    const fields = asRecord(item) ?? {};
    const speaker = labelOf(asNumber(fields["channel"]) ?? 0, fields["speaker"]);
    return timedText(fields, asString(fields["transcript"]), speaker);
  });

/** The sentences of an alternative's paragraphs as segments. */
export function* sentencesOf(
  alternative: Fields,
  channel: number,
  labelOf: SpeakerLabel,
): LongWork<Segment[]> {
  const found: Segment[] = [];
  const paragraphs = asArray(asRecord(alternative["paragraphs"])?.["paragraphs"]);
  for (const [index, item] of paragraphs.entries()) {
    if (isPause(index)) yield;
    const paragraph = asRecord(item) ?? {};
    const speaker = labelOf(channel, paragraph["speaker"]);
    const sentences = yield* collectWork(asArray(paragraph["sentences"]), (sentence) => {
      const fields = asRecord(sentence) ?? {};
      return timedText(fields, asString(fields["text"]), speaker);
    });
    for (const sentence of sentences) found.push(sentence);
  }
  return found;
}

/** In the order of their beginnings. */
export const inTime = <T extends { readonly startSeconds: number }>(
  items: readonly T[],
): LongWork<readonly T[]> =>
  sortWork(items, (left, right) => left.startSeconds - right.startSeconds);
