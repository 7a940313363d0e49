import { toIsoLanguage } from "@earshot/core";
import type { Segment, Transcript } from "@earshot/core";
import { asArray, asNumber, asRecord, asString } from "@earshot/provider-kit";
import { toSegments } from "./answer-segments.ts";
import { toLogprobs, toUsage } from "./answer-usage.ts";
import { toWords } from "./answer-words.ts";
import type { AnswerFields } from "./timed-fields.ts";

const languagesOf = (answer: AnswerFields): readonly string[] => {
  const listed = asArray(answer["languages"]).map(
    (item) => asString(item) ?? asString(asRecord(item)?.["code"]),
  );
  // Some servers put several languages into one string, separated by commas.
  const single = asString(answer["language"])?.split(",") ?? [];
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
const segmentsOf = (answer: AnswerFields): readonly Segment[] | undefined => {
  const bySpeaker = toSegments(answer["speaker_segments"]);
  return bySpeaker !== undefined && bySpeaker.length > 0
    ? bySpeaker
    : toSegments(answer["segments"]);
};

/** What whisper.cpp writes in front of each segment of its text when it tells channels apart. */
const CHANNEL_LABEL = /\(speaker (?:\d+|\?)\)/gu;

/** diarized_json puts "Speaker: " in front of each line of its text; the words alone are the text. */
const withoutSpeakerLabels = (labelled: string, segments: readonly Segment[]): string => {
  const speakers = new Set(segments.flatMap(({ speaker }) => speaker?.toLowerCase() ?? []));
  if (speakers.size === 0) return labelled;
  const text = labelled.replace(CHANNEL_LABEL, "").trim();
  const lines = text.split("\n").map((line) => {
    const colon = line.indexOf(":");
    const isLabel = speakers.has(line.slice(0, Math.max(0, colon)).trim().toLowerCase());
    return { isLabel, rest: line.slice(colon + 1).trim() };
  });
  return lines.every(({ isLabel }) => isLabel) ? lines.map(({ rest }) => rest).join(" ") : text;
};

/**
 * whisper.cpp ends each segment with a line break, in the middle of a word if it must, and leaves
 * the space between words where it is: at the start of the next segment.
 */
const withoutSegmentBreaks = (text: string): string =>
  text.endsWith("\n") && /^[(\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(text)
    ? text.replaceAll("\n", "")
    : text;

/** A server's text on its own, without labels, segment breaks and surrounding space. */
export const toPlainText = (text: string, segments: readonly Segment[] = []): string =>
  withoutSpeakerLabels(withoutSegmentBreaks(text), segments).trim();

const textOf = (
  answer: AnswerFields,
  segments: readonly Segment[] | undefined,
): string | undefined => {
  const { text } = answer;
  if (typeof text === "string") return toPlainText(text, segments);
  // Only a text that is said to be empty is silence.
  const isAbsent = text === undefined || text === null;
  if (!isAbsent || segments === undefined || segments.length === 0) return undefined;
  return segments.map((segment) => segment.text).join(" ");
};

const durationOf = (answer: AnswerFields): number | undefined => {
  const seconds = asNumber(answer["duration"]);
  return seconds === undefined || seconds < 0 ? undefined : seconds;
};

/**
 * The transcript in a JSON answer of any OpenAI-like server: null, missing and further fields are
 * fine. Undefined when it holds neither a text, be it empty, nor segments with words.
 */
export function fromJsonAnswer(answer: AnswerFields): Transcript | undefined {
  const segments = segmentsOf(answer);
  const text = textOf(answer, segments);
  if (text === undefined) return undefined;
  const words = toWords(answer);
  const durationSeconds = durationOf(answer);
  const logprobs = toLogprobs(answer["logprobs"]);
  const usage = toUsage(answer["usage"]);
  return {
    text,
    ...languageFields(answer),
    ...(durationSeconds === undefined ? {} : { durationSeconds }),
    ...(segments === undefined ? {} : { segments }),
    ...(words === undefined ? {} : { words }),
    ...(logprobs === undefined ? {} : { logprobs }),
    ...(usage === undefined ? {} : { usage }),
    warnings: [],
    raw: answer,
  };
}
