import { isDeepStrictEqual } from "node:util";
import { toIsoLanguage } from "@earshot/core";
import type { Segment, Transcript, Usage, Word } from "@earshot/core";
import { ConformanceError, show } from "./conformance-error.ts";

type Timed = Pick<Segment, "text" | "startSeconds" | "endSeconds" | "confidence" | "speaker">;

/** Vendors round the end of the last word up. */
const TOLERANCE_SECONDS = 0.5;

const isSecond = (value: unknown): value is number =>
  typeof value === "number" && Number.isFinite(value) && value >= 0;

const LONGEST_SECONDS = 30 * 24 * 3600;

/** No recording is longer than thirty days. */
const isTime = (value: unknown): boolean => isSecond(value) && value <= LONGEST_SECONDS;

const problemOfLabels = ({ confidence, speaker }: Timed): string => {
  if (confidence !== undefined && !(confidence >= 0 && confidence <= 1)) {
    return "has a confidence outside 0 to 1";
  }
  return speaker !== undefined && (typeof speaker !== "string" || speaker === "")
    ? "has a speaker that is no name"
    : "";
};

const problemOfTimed = (item: Timed, previous: Timed | undefined, endSeconds: number): string => {
  const { startSeconds, endSeconds: end } = item;
  if (typeof item.text !== "string") return "has no text";
  if (!isTime(startSeconds) || !isTime(end)) return "has a time that is no number of seconds";
  if (startSeconds > end) return "ends before it starts";
  if (previous !== undefined && startSeconds < previous.startSeconds) return "is out of order";
  return end > endSeconds + TOLERANCE_SECONDS
    ? `ends after the audio (${endSeconds} s); are these milliseconds?`
    : problemOfLabels(item);
};

const problemsOfTimed = (
  kind: string,
  items: readonly Timed[] | undefined,
  endSeconds: number,
): readonly string[] =>
  (items ?? []).flatMap((item, index, all) => {
    const problem = problemOfTimed(item, all[index - 1], endSeconds);
    return problem === "" ? [] : [`${kind} ${index} ${problem}: ${show(item)}`];
  });

const problemsOfWords = (words: readonly Word[] | undefined): readonly string[] =>
  (words ?? [])
    .filter(
      (word) =>
        typeof word.text === "string" && (word.text === "" || word.text !== word.text.trim()),
    )
    .map((word) => `a word is empty or has space around it: ${show(word.text)}`);

const problemsOfLanguages = (transcript: Transcript): readonly string[] =>
  [transcript.language, ...(transcript.languages ?? [])]
    .filter((language) => language !== undefined && toIsoLanguage(language) !== language)
    .map((language) => `${show(language)} is no ISO 639 code; it is a name, a locale or unknown`);

const problemsOfUsage = (usage: Usage | undefined): readonly string[] =>
  Object.entries(usage ?? {})
    .filter(([key, value]) => key !== "type" && value !== undefined && !isSecond(value))
    .map(([key]) => `usage.${key} is no number`);

const problemsOfTexts = (transcript: Transcript): readonly string[] => {
  const problems: string[] = [];
  if (typeof transcript.text !== "string") problems.push("`text` is no string");
  if (!Array.isArray(transcript.warnings)) problems.push("`warnings` is no list");
  const { durationSeconds, requestId } = transcript;
  if (durationSeconds !== undefined && !isTime(durationSeconds)) {
    problems.push("`durationSeconds` is no number of seconds");
  }
  if (requestId !== undefined && (typeof requestId !== "string" || requestId === "")) {
    problems.push("`requestId` is no text");
  }
  return problems;
};

const problemOfDuration = (
  transcript: Transcript,
  seconds: number | undefined,
): readonly string[] => {
  const measured = transcript.durationSeconds;
  if (seconds === undefined || measured === undefined) return [];
  return Math.abs(measured - seconds) <= 1 + seconds * 0.02
    ? []
    : [
        `\`durationSeconds\` is ${measured} where the audio has ${seconds} s; is this another unit?`,
      ];
};

/** Everything that is wrong with a transcript as such; empty for a good one. */
export function problemsOfTranscript(
  transcript: Transcript,
  durationSeconds?: number,
): readonly string[] {
  const endSeconds = durationSeconds ?? transcript.durationSeconds ?? Number.POSITIVE_INFINITY;
  return [
    ...problemsOfTexts(transcript),
    ...problemsOfTimed("segment", transcript.segments, endSeconds),
    ...problemsOfTimed("word", transcript.words, endSeconds),
    ...problemsOfWords(transcript.words),
    ...problemsOfLanguages(transcript),
    ...problemsOfUsage(transcript.usage),
    ...problemOfDuration(transcript, durationSeconds),
  ];
}

/** Throws with the first problem of a transcript, if it has one. */
export function ensureTranscript(transcript: Transcript, durationSeconds?: number): void {
  const [problem] = problemsOfTranscript(transcript, durationSeconds);
  if (problem !== undefined) throw new ConformanceError(`The transcript is malformed: ${problem}.`);
}

/** A field that is undefined is as good as none. */
const withoutUndefined = (value: unknown): unknown => JSON.parse(JSON.stringify({ value }));

/** Throws when a field that the scenario names is not exactly what it says. */
export function ensureExpected(transcript: Transcript, expected: Partial<Transcript> = {}): void {
  const fields: Readonly<Record<string, unknown>> = { ...transcript };
  for (const [name, value] of Object.entries(expected)) {
    if (isDeepStrictEqual(withoutUndefined(fields[name]), withoutUndefined(value))) continue;
    throw new ConformanceError(
      `The transcript's \`${name}\` is ${show(fields[name])} where the scenario expects ${show(value)}.`,
    );
  }
}
