import { isPause, languageName, toIsoLanguage } from "@earshot/core";
import type { LongWork, Needs, ResponseFormat } from "@earshot/core";
import { asRecord, asSeconds } from "@earshot/provider-kit";
import type { AnswerFields } from "./timed-answer.ts";

type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
const isSeconds: Check = (value) => isNumber(value) && asSeconds(value) !== undefined;
const isText: Check = (value) => typeof value === "string";
const isTrimmed: Check = (value) => typeof value === "string" && value === value.trim();
const isNumbers: Check = (value) => Array.isArray(value) && value.every(isNumber);
const isGiven: Check = (value) => value !== undefined;
const isObject: Check = (value) => asRecord(value) !== undefined;

const isList =
  (isItem: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every((item: unknown) => isItem(item));

const optional =
  (check: Check): Check =>
  (value) =>
    !isGiven(value) || check(value);

const hasFields = (checks: Readonly<Record<string, Check>>): Check => {
  const entries = Object.entries(checks);
  return (value) => {
    const fields = asRecord(value);
    return fields !== undefined && entries.every(([name, check]) => check(fields[name]));
  };
};

/** Whisper's clients expect `english`, not `en`. */
const isLanguageName: Check = (value) =>
  typeof value === "string" && languageName(toIsoLanguage(value) ?? "") === value;

const isSegment = hasFields({
  id: isNumber,
  seek: isNumber,
  start: isSeconds,
  end: isSeconds,
  text: isText,
  tokens: isNumbers,
  temperature: isNumber,
  avg_logprob: isNumber,
  compression_ratio: isNumber,
  no_speech_prob: isNumber,
});

const isWord = hasFields({ word: isTrimmed, start: isSeconds, end: isSeconds });

const isSpeakerSegment = hasFields({
  type: (value) => value === "transcript.text.segment",
  id: isText,
  start: isSeconds,
  end: isSeconds,
  text: isText,
  speaker: isText,
});

/** Without its lists, which are looked at as long work. */
const isJson = hasFields({
  text: isTrimmed,
  languages: optional(isList(isObject)),
  usage: optional(isObject),
});

const isVerbose = hasFields({
  language: isLanguageName,
  duration: isSeconds,
  text: isTrimmed,
  usage: optional(isObject),
});

const isDiarized = hasFields({
  task: isText,
  duration: isSeconds,
  text: isText,
  usage: optional(isObject),
});

function* isLongList(value: unknown, isItem: Check): LongWork<boolean> {
  if (!Array.isArray(value)) return false;
  for (let index = 0; index < value.length; index += 1) {
    if (isPause(index)) yield;
    if (!isItem(value[index])) return false;
  }
  return true;
}

function* hasVerboseLists({ segments, words }: AnswerFields): LongWork<boolean> {
  if (isGiven(segments) && !(yield* isLongList(segments, isSegment))) return false;
  return !isGiven(words) || (yield* isLongList(words, isWord));
}

const holdsNeeds = (answer: AnswerFields, needs: Needs): boolean =>
  (!needs.segments || Array.isArray(answer["segments"])) &&
  (!needs.words || Array.isArray(answer["words"]));

/** An answer as the server gave it, and what the client needs to find in it. */
export interface ShapeInput {
  readonly format: ResponseFormat;
  /** The parsed body; undefined when it is no JSON object. */
  readonly answer: AnswerFields | undefined;
  readonly body: string;
  readonly needs: Needs;
}

function* isJsonShape(answer: AnswerFields = {}): LongWork<boolean> {
  const { logprobs } = answer;
  return isJson(answer) && (!isGiven(logprobs) || (yield* isLongList(logprobs, isObject)));
}

function* isVerboseShape(answer: AnswerFields | undefined, needs: Needs): LongWork<boolean> {
  if (answer === undefined || !isVerbose(answer) || !holdsNeeds(answer, needs)) return false;
  return yield* hasVerboseLists(answer);
}

function* isDiarizedShape(answer: AnswerFields = {}): LongWork<boolean> {
  return isDiarized(answer) && (yield* isLongList(answer["segments"], isSpeakerSegment));
}

/**
 * True when a body could have come from OpenAI itself: every field that strict clients read is there
 * and of the right type, no text with stray space around it. Only such a body may pass untouched.
 */
export function* isOpenaiShape({ format, answer, body, needs }: ShapeInput): LongWork<boolean> {
  switch (format) {
    case "json":
      return yield* isJsonShape(answer);
    case "verbose_json":
      return yield* isVerboseShape(answer, needs);
    case "diarized_json":
      return yield* isDiarizedShape(answer);
    case "text":
      return answer === undefined && !/^\s+\S/u.test(body);
    case "srt":
      return /^1\n\d{2}:\d{2}:\d{2},\d{3} --> /u.test(body) && !/\n[ \t]+\S/u.test(body);
    case "vtt":
      return body.startsWith("WEBVTT\n\n") && !/\n[ \t]+\S/u.test(body);
  }
}
