import { isPause, mapWork, sortWork } from "@earshot/core";
import type { LongWork, Word } from "@earshot/core";
import { asArray, asNumber, asRecord, asSeconds, asString } from "@earshot/provider-kit";

/** One word of one channel, and the space that follows it in the text. */
export interface ScribeWord {
  readonly word: Word;
  readonly channel: number | undefined;
  readonly spaceAfter: string;
}

type Fields = Readonly<Record<string, unknown>>;

const confidenceOf = (logprob: unknown): number | undefined => {
  const value = asNumber(logprob);
  return value === undefined || value > 0 ? undefined : Math.exp(value);
};

/** What a token must say to be a word; spacing and sounds such as `(laughter)` are none. */
const toWord = (token: Fields): Word | undefined => {
  if ((asString(token["type"]) ?? "word") !== "word") return undefined;
  const text = asString(token["text"])?.trim() ?? "";
  const startSeconds = asSeconds(token["start"]);
  const endSeconds = asSeconds(token["end"]);
  if (text === "" || startSeconds === undefined || endSeconds === undefined) return undefined;
  if (endSeconds < startSeconds) return undefined;
  return { text, startSeconds, endSeconds, confidence: confidenceOf(token["logprob"]) };
};

/** ElevenLabs numbers the speakers of each channel anew: there the channel tells who it is. */
const speakerOf = (token: Fields, channel: number | undefined): string | undefined => {
  const speaker = asString(token["speaker_id"]) ?? "";
  if (channel !== undefined && /^(?:speaker_\d+)?$/u.test(speaker)) return `channel_${channel}`;
  return speaker === "" ? undefined : speaker;
};

/**
 * The words among ElevenLabs' tokens, in their order. Words without times are left out, as are those that
 * end before they start. Speakers are named when `withSpeakers`, because ElevenLabs calls everybody
 * `speaker_0` when it was not asked.
 */
export function* readScribeWords(
  tokens: unknown,
  {
    channel,
    withSpeakers,
  }: { readonly channel?: number | undefined; readonly withSpeakers: boolean },
): LongWork<readonly ScribeWord[]> {
  const found: ScribeWord[] = [];
  for (const [index, item] of asArray(tokens).entries()) {
    if (isPause(index)) yield;
    const token = asRecord(item);
    if (token === undefined) continue;
    const last = found.at(-1);
    if (token["type"] === "spacing" && last !== undefined)
      found[found.length - 1] = { ...last, spaceAfter: asString(token["text"]) ?? "" };
    const word = toWord(token);
    if (word === undefined) continue;
    const own = asNumber(token["channel_index"]) ?? channel;
    const speaker = withSpeakers ? speakerOf(token, own) : undefined;
    found.push({ word: { ...word, speaker }, channel: own, spaceAfter: "" });
  }
  return found;
}

/** The text that the words of one channel make. */
export function textOfChannel(words: readonly ScribeWord[]): string {
  return words
    .map(({ word, spaceAfter }) => `${word.text}${spaceAfter}`)
    .join("")
    .trim();
}

/** All channels in one list by time, and the text as it reads in that order. */
export function* mergeChannels(channels: readonly (readonly ScribeWord[])[]): LongWork<{
  readonly words: readonly Word[];
  readonly text: string;
}> {
  const merged = yield* sortWork(
    channels.flat(),
    (one, other) => one.word.startSeconds - other.word.startSeconds,
  );
  const pieces = yield* mapWork(merged, ({ word, channel, spaceAfter }, index) => {
    const next = merged[index + 1];
    if (next === undefined) return word.text;
    return `${word.text}${next.channel === channel ? spaceAfter : " "}`;
  });
  return { words: merged.map(({ word }) => word), text: pieces.join("") };
}
