import { languageName, toIsoLanguage } from "@earshot/core";
import type { Needs, ResponseFormat } from "@earshot/core";
import { asRecord } from "@earshot/provider-kit";
import type { AnswerFields } from "./timed-fields.ts";

type Check = (value: unknown) => boolean;

const isNumber: Check = (value) => typeof value === "number" && Number.isFinite(value);
const isSeconds: Check = (value) => isNumber(value) && Number(value) >= 0;
const isText: Check = (value) => typeof value === "string";
const isTrimmed: Check = (value) => typeof value === "string" && value === value.trim();
const isNumbers: Check = (value) => Array.isArray(value) && value.every(isNumber);
const isAbsent: Check = (value) => value === undefined;
const isObject: Check = (value) => asRecord(value) !== undefined;

const isList =
  (isItem: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every((item: unknown) => isItem(item));

const optional =
  (check: Check): Check =>
  (value) =>
    isAbsent(value) || check(value);

const hasFields =
  (checks: Readonly<Record<string, Check>>): Check =>
  (value) => {
    const fields = asRecord(value);
    return (
      fields !== undefined && Object.entries(checks).every(([name, check]) => check(fields[name]))
    );
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

const isJson = hasFields({
  text: isTrimmed,
  languages: optional(isList(isObject)),
  logprobs: optional(isList(isObject)),
  usage: optional(isObject),
});

const isVerbose = hasFields({
  language: isLanguageName,
  duration: isSeconds,
  text: isTrimmed,
  segments: optional(isList(isSegment)),
  words: optional(isList(isWord)),
  usage: optional(isObject),
});

const isDiarized = hasFields({
  task: isText,
  duration: isSeconds,
  text: isText,
  segments: isList(isSpeakerSegment),
  usage: optional(isObject),
});

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

/**
 * True when a body could have come from OpenAI itself: every field that strict clients read is there
 * and of the right type, no text with stray space around it. Only such a body may pass untouched.
 */
export function isOpenaiShape({ format, answer, body, needs }: ShapeInput): boolean {
  switch (format) {
    case "json":
      return isJson(answer);
    case "verbose_json":
      return isVerbose(answer) && answer !== undefined && holdsNeeds(answer, needs);
    case "diarized_json":
      return isDiarized(answer);
    case "text":
      return answer === undefined && !/^\s+\S/u.test(body);
    case "srt":
      return /^1\n\d{2}:\d{2}:\d{2},\d{3} --> /u.test(body) && !/\n[ \t]+\S/u.test(body);
    case "vtt":
      return body.startsWith("WEBVTT\n\n") && !/\n[ \t]+\S/u.test(body);
  }
}
