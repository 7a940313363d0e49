import { collectWork, doAtOnce, isPause, mapWork, toIsoLanguage } from "@earshot/core";
import type { LongWork, Segment, TokenLogprob, Transcript, Usage } from "@earshot/core";
import {
  asArray,
  asNumber,
  asRecord,
  asSeconds,
  asString,
  LONGEST_TEXT_CHARACTERS,
} from "@earshot/provider-kit";
import { toSegments, toWords } from "./timed-answer.ts";
import type { AnswerFields } from "./timed-answer.ts";

/** Nobody bills less than nothing. */
const asCount = (value: unknown): number | undefined => {
  const count = asNumber(value);
  return count === undefined || count < 0 ? undefined : count;
};

const toTokenUsage = (usage: Record<string, unknown>): Usage | undefined => {
  // Servers with chat-like streams count prompt and completion tokens.
  const inputTokens = asCount(usage["input_tokens"] ?? usage["prompt_tokens"]);
  const outputTokens = asCount(usage["output_tokens"] ?? usage["completion_tokens"]);
  if (inputTokens === undefined || outputTokens === undefined) return undefined;
  const details = asRecord(usage["input_token_details"]);
  return {
    type: "tokens",
    inputTokens,
    outputTokens,
    totalTokens: asCount(usage["total_tokens"]) ?? inputTokens + outputTokens,
    inputTextTokens: asCount(details?.["text_tokens"]),
    inputAudioTokens: asCount(details?.["audio_tokens"]),
  };
};

/** What the server bills, in seconds or tokens; undefined when it does not say. */
const toUsage = (value: unknown): Usage | undefined => {
  const usage = asRecord(value);
  if (usage === undefined) return undefined;
  const seconds = asSeconds(usage["seconds"]);
  // Some answers leave `type` out, so the numbers decide.
  return toTokenUsage(usage) ?? (seconds === undefined ? undefined : { type: "duration", seconds });
};

const toLogprob = (value: unknown): TokenLogprob | undefined => {
  const fields = asRecord(value);
  const token = asString(fields?.["token"]);
  const logprob = asNumber(fields?.["logprob"]);
  if (token === undefined || logprob === undefined) return undefined;
  const bytes = fields?.["bytes"];
  return {
    token,
    logprob,
    bytes: Array.isArray(bytes)
      ? asArray(bytes).flatMap((byte) => asNumber(byte) ?? [])
      : undefined,
  };
};

/** Token probabilities; undefined when the answer holds none. */
export function* toLogprobs(value: unknown): LongWork<readonly TokenLogprob[] | undefined> {
  return Array.isArray(value) ? yield* collectWork(asArray(value), toLogprob) : undefined;
}

/** More than anybody speaks in one recording. */
const MOST_LANGUAGES = 100;

const languagesOf = (answer: AnswerFields): readonly string[] => {
  const listed = asArray(answer["languages"])
    .slice(0, MOST_LANGUAGES)
    .map((item) => asString(item) ?? asString(asRecord(item)?.["code"]));
  // Some servers put several languages into one string, separated by commas.
  const single = asString(answer["language"])?.split(",", MOST_LANGUAGES) ?? [];
  const codes = (listed.length > 0 ? listed : single).flatMap(
    (name) => (name === undefined ? undefined : toIsoLanguage(name.trim())) ?? [],
  );
  return [...new Set(codes)];
};

const languageFields = (answer: AnswerFields): Pick<Transcript, "language" | "languages"> => {
  const languages = languagesOf(answer);
  const [language] = languages;
  if (language === undefined) return {};
  const several = Array.isArray(answer["languages"]) || languages.length > 1;
  return several ? { language, languages } : { language };
};

/** Together lists who speaks apart from the segments; the parts that name speakers say more. */
function* segmentsOf(answer: AnswerFields): LongWork<readonly Segment[] | undefined> {
  const bySpeaker = yield* toSegments(answer["speaker_segments"]);
  return bySpeaker !== undefined && bySpeaker.length > 0
    ? bySpeaker
    : yield* toSegments(answer["segments"]);
}

/** What whisper.cpp writes in front of each segment of its text when it tells channels apart. */
const CHANNEL_LABEL = /\(speaker (?:\d+|\?)\)/gu;

/** diarized_json puts "Speaker: " in front of each line of its text; the words alone are the text. */
function* withoutSpeakerLabels(labelled: string, segments: readonly Segment[]): LongWork<string> {
  const names = new Set<string | undefined>();
  for (const { speaker } of segments) names.add(speaker);
  names.delete(undefined);
  if (names.size === 0 || labelled.length > LONGEST_TEXT_CHARACTERS) return labelled;
  const speakers = new Set(yield* mapWork([...names], (name) => name?.toLowerCase()));
  const text = labelled.replace(CHANNEL_LABEL, "").trim();
  const rests: string[] = [];
  for (const line of text.split("\n")) {
    if (isPause(rests.length)) yield;
    const colon = line.indexOf(":");
    if (!speakers.has(line.slice(0, Math.max(0, colon)).trim().toLowerCase())) return text;
    rests.push(line.slice(colon + 1).trim());
  }
  return rests.join(" ");
}

/**
 * whisper.cpp ends each segment with a line break, in the middle of a word if it must, and leaves
 * the space between words where it is: at the start of the next segment.
 */
const withoutSegmentBreaks = (text: string): string =>
  text.endsWith("\n") && /^[(\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)
    ? text.replaceAll("\n", "")
    : text;

/** A server's text on its own, without labels, segment breaks and surrounding space. */
export const toPlainText = (text: string): string => withoutSegmentBreaks(text).trim();

function* textOf(
  answer: AnswerFields,
  segments: readonly Segment[] = [],
): LongWork<string | undefined> {
  const { text } = answer;
  if (typeof text === "string")
    return (yield* withoutSpeakerLabels(withoutSegmentBreaks(text), segments)).trim();
  // Only a text that is said to be empty is silence.
  const isAbsent = text === undefined || text === null;
  if (!isAbsent || segments.length === 0) return undefined;
  return segments.map((segment) => segment.text).join(" ");
}

/** As `fromJsonAnswer`, as long work. */
export function* jsonAnswerWork(answer: AnswerFields): LongWork<Transcript | undefined> {
  const segments = yield* segmentsOf(answer);
  const text = yield* textOf(answer, segments);
  if (text === undefined) return undefined;
  return {
    text,
    ...languageFields(answer),
    durationSeconds: asSeconds(answer["duration"]),
    segments,
    words: yield* toWords(answer),
    logprobs: yield* toLogprobs(answer["logprobs"]),
    usage: toUsage(answer["usage"]),
    warnings: [],
    raw: answer,
  };
}

/**
 * The transcript in a JSON answer of any OpenAI-like server: null, missing and further fields are
 * fine. Undefined when it holds neither a text, be it empty, nor segments with words.
 */
export const fromJsonAnswer = (answer: AnswerFields): Transcript | undefined =>
  doAtOnce(jsonAnswerWork(answer));
