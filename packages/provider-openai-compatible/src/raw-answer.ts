import { parseJson, TranscriptionError } from "@earshot/core";
import type { LongWork, ResponseFormat, Transcript } from "@earshot/core";
import {
  asRecord,
  asSeconds,
  describeBody,
  problemOfShape,
  problemOfText,
  reportsError,
} from "@earshot/provider-kit";
import { toPlainText } from "./json-answer.ts";
import { subtitlesWork } from "./subtitle-cues.ts";
import type { AnswerFields } from "./timed-answer.ts";

/** The body of an answer in text, srt or vtt, and what its headers say of it. */
export interface RawAnswer {
  /** The `id` of the provider, for messages. */
  readonly provider: string;
  readonly format: ResponseFormat;
  readonly body: string;
  /** Undefined where it is not known; empty where the server gave none. */
  readonly contentType: string | undefined;
}

interface RawTranscript {
  readonly transcript: Transcript;
  /** True for a body that is more than what was asked for, such as a text in JSON. */
  readonly wrapped: boolean;
}

/** What a raw body holds: the fields of JSON in its place, or a transcript. */
export type RawContent = { readonly fields: AnswerFields } | RawTranscript;

const TEXT_TYPES =
  /^(?:text\/(?:plain|markdown|srt|vtt|x-subrip|x-srt)|application\/(?:x-subrip|srt|x-srt|vtt|ttml\+xml|text)|audio\/x-srt)$/u;
const FOREIGN_TYPES =
  /^(?:(?:image|audio|video|font|model|multipart)\/|text\/(?:event-stream|xml|css|javascript|csv)|application\/(?:xml|xhtml\+xml|pdf|zip|gzip|x-gzip|x-tar|wasm|javascript)$)/u;
/** Several servers call plain text HTML: only what is in it tells. */
const HTML_ELEMENTS =
  /<\/(?:a|p|div|span|html|body|h[1-6]|title|center|script|style|pre|li|ul|ol|table|td|tr|strong)\s*>|<br\s?\/?>/iu;

const typeOf = ({ contentType = "text/plain" }: RawAnswer): string =>
  (contentType.split(";")[0] ?? "").trim().toLowerCase();

const isJsonType = (type: string): boolean => /[/+]json$/u.test(type);

const bad = ({ provider, format }: RawAnswer, what: string): TranscriptionError =>
  new TranscriptionError(
    "bad_response",
    `${provider} answered with ${what} where ${format} was expected.`,
    { provider },
  );

/** Some servers answer in JSON whatever they were asked for; a text may also just begin with `{`. */
const jsonIn = (answer: RawAnswer, type: string): AnswerFields | string | undefined => {
  const { body } = answer;
  if (!isJsonType(type) && !/^\s*[{[]/u.test(body)) return undefined;
  const value: unknown = parseJson(body);
  if (value === undefined) return undefined;
  if (typeof value === "string") return value;
  const fields = asRecord(value);
  if (fields !== undefined && (typeof fields["text"] === "string" || reportsError(fields)))
    return fields;
  throw bad(answer, "JSON that holds no transcript");
};

const silence = ({ format, body }: RawAnswer): Transcript => ({
  text: "",
  segments: format === "text" ? undefined : [],
  warnings: [],
  raw: body,
});

const VTT_HEAD = /^\uFEFF?\s{0,100}WEBVTT(?:[ \t][^\n\r]*)?(?:\r\n?|\n|$)/u;

/** True for WebVTT that says nothing: its head, and notes and styles at most. */
const isSilentVtt = (text: string): boolean =>
  text
    .replaceAll(/\r\n?/gu, "\n")
    .trim()
    .split("\n\n")
    .every((block, index) => index === 0 || /^\n*(?:NOTE|STYLE|REGION)(?:\s|$)/u.test(block));

/** Numbers and hours may lack. */
const CUE_HEAD =
  /^\uFEFF?\s{0,100}(?:\d+[ \t]*(?:\r\n?|\n))?(?:\d+:)?\d{1,2}:\d\d[,.]\d{1,3}[ \t]*-->/u;

const startsWithCue = (text: string): boolean => CUE_HEAD.test(text.slice(0, 400));

function* fromCues(answer: RawAnswer, text: string): LongWork<Transcript> {
  const segments = (yield* subtitlesWork(text)).map((segment) =>
    segment.endSeconds >= segment.startSeconds
      ? segment
      : { ...segment, endSeconds: segment.startSeconds },
  );
  if (segments.some(({ endSeconds }) => asSeconds(endSeconds) === undefined))
    throw bad(answer, "subtitles of times that no recording has");
  if (segments.length === 0 && !(VTT_HEAD.test(text) && isSilentVtt(text)))
    throw bad(answer, `${describeBody(text)} without a single cue`);
  const joined = segments.map((segment) => segment.text).join(" ");
  return { text: joined.trim(), segments, warnings: [], raw: answer.body };
}

const fromSubtitles = (answer: RawAnswer, text: string, type: string): LongWork<Transcript> => {
  const isForeign = /^(?:image|audio|video)\//u.test(type) && !TEXT_TYPES.test(type);
  // Their words may be any; that they are subtitles shows at once.
  const isVtt = VTT_HEAD.test(text);
  const lacksHead = answer.format === "vtt" ? !isVtt : !isVtt && !startsWithCue(text);
  if (isForeign || lacksHead) throw bad(answer, describeBody(text));
  return fromCues(answer, text);
};

const fromText = (answer: RawAnswer, text: string, type: string): Transcript => {
  const isPage = type === "text/html" && HTML_ELEMENTS.test(text);
  if (isPage || isJsonType(type) || FOREIGN_TYPES.test(type)) throw bad(answer, describeBody(text));
  return { text: toPlainText(text), warnings: [], raw: answer.body };
};

function* read(answer: RawAnswer, text: string, type: string): LongWork<RawTranscript> {
  yield;
  if (problemOfShape(text) !== undefined) throw bad(answer, describeBody(text));
  if (answer.format !== "text")
    return { transcript: yield* fromSubtitles(answer, text, type), wrapped: false };
  if (VTT_HEAD.test(text) || startsWithCue(text))
    return { transcript: yield* fromCues(answer, text), wrapped: true };
  if (problemOfText(text) !== undefined) throw bad(answer, describeBody(text));
  return { transcript: fromText(answer, text, type), wrapped: false };
}

/**
 * Reads a body that was asked for as text, srt or vtt, and judges it by its type, its shape and what a
 * transcript can say. Throws `bad_response` for everything else: pages, binary data, cut or foreign
 * JSON, what servers say of themselves, subtitles without cues, and nothing at all unless its type is
 * that of text, which is silence.
 */
export function* readRawAnswer(answer: RawAnswer): LongWork<RawContent> {
  const type = typeOf(answer);
  if (answer.body.trim() === "") {
    if (!TEXT_TYPES.test(type)) throw bad(answer, "an empty body");
    return { transcript: silence(answer), wrapped: false };
  }
  const json = jsonIn(answer, type);
  if (json === undefined) return yield* read(answer, answer.body, type);
  if (typeof json !== "string") return { fields: json };
  if (json.trim() === "") return { transcript: silence(answer), wrapped: true };
  // A text inside of JSON has the type of JSON.
  return { ...(yield* read(answer, json, "text/plain")), wrapped: true };
}
