import { doAtOnce, languageName, mapWork } from "@earshot/core";
import type {
  JsonObject,
  LongWork,
  Segment,
  Task,
  TimestampGranularity,
  TokenLogprob,
  Transcript,
  Usage,
  Word,
} from "@earshot/core";
import { createSpeakerNames } from "./speaker-names.ts";
import { onOneLine, startsUnspaced } from "./writing-system.ts";

/** A finite number, else 0: JSON turns NaN into the null that strict clients refuse. */
const finite = (value: number | undefined): number =>
  value !== undefined && Number.isFinite(value) ? value : 0;

/** A finite whole number; 0 for anything else. */
const integer = (value: number | undefined): number => Math.round(finite(value));

/** Seconds to the millisecond; 0 for anything that is no finite number. */
const toSeconds = (value: number | undefined): number => Math.round(finite(value) * 1000) / 1000;

/** Of the audio; where that was not measured, the end of the last words; 0 when nothing is known. */
const durationOf = ({ durationSeconds, segments = [], words = [], usage }: Transcript): number => {
  if (durationSeconds !== undefined && Number.isFinite(durationSeconds)) return durationSeconds;
  const lastEnd = [...segments, ...words].reduce(
    (latest, { endSeconds }) => Math.max(latest, finite(endSeconds)),
    0,
  );
  return lastEnd > 0 || usage?.type !== "duration" ? lastEnd : usage.seconds;
};

/** Billed seconds are whole, rounded up. */
function usageBody(usage: Usage): JsonObject {
  if (usage.type === "duration")
    return { type: "duration", seconds: Math.ceil(finite(usage.seconds)) };
  const { inputTextTokens, inputAudioTokens } = usage;
  const details = {
    ...(inputTextTokens === undefined ? {} : { text_tokens: integer(inputTextTokens) }),
    ...(inputAudioTokens === undefined ? {} : { audio_tokens: integer(inputAudioTokens) }),
  };
  return {
    type: "tokens",
    input_tokens: integer(usage.inputTokens),
    ...(Object.keys(details).length === 0 ? {} : { input_token_details: details }),
    output_tokens: integer(usage.outputTokens),
    total_tokens: integer(usage.totalTokens),
  };
}

const logprobsWork = (logprobs: readonly TokenLogprob[]): LongWork<readonly JsonObject[]> =>
  mapWork(logprobs, ({ token, logprob, bytes }) => ({
    token,
    logprob: finite(logprob),
    ...(bytes === undefined ? {} : { bytes: bytes.map(integer) }),
  }));

/** OpenAI's list of tokens with their probabilities. */
export const logprobsBody = (logprobs: readonly TokenLogprob[]): readonly JsonObject[] =>
  doAtOnce(logprobsWork(logprobs));

/** The fields that close every JSON answer: usage as reported, warnings only if there are any. */
export const closingFields = ({ usage, warnings }: Transcript): JsonObject => ({
  ...(usage === undefined ? {} : { usage: usageBody(usage) }),
  ...(warnings.length === 0
    ? {}
    : { warnings: warnings.map(({ param, message }) => ({ param, message })) }),
});

/** What the `json` format adds to the text. */
export function* jsonFields({ languages, logprobs }: Transcript): LongWork<JsonObject> {
  return {
    ...(languages === undefined ? {} : { languages: languages.map((code) => ({ code })) }),
    ...(logprobs === undefined ? {} : { logprobs: yield* logprobsWork(logprobs) }),
  };
}

const UNKNOWN = "unknown";

const languageOf = ({ language, languages }: Transcript, task: Task): string => {
  if (task === "translate") return "english";
  const code = language ?? languages?.[0];
  return code === undefined ? UNKNOWN : (languageName(code) ?? code);
};

/** Whisper writes the space before a segment into its text, so that segments join as they are. */
const whisperText = (text: string): string => {
  const trimmed = onOneLine(text);
  return trimmed === "" || startsUnspaced(trimmed) ? trimmed : ` ${trimmed}`;
};

/** The name of a speaker as the client sees it. */
type NameSpeaker = (speaker: string) => string;

const speakerField = (speaker: string | undefined, nameOf: NameSpeaker): JsonObject =>
  speaker === undefined ? {} : { speaker: nameOf(speaker) };

const verboseSegments = (
  segments: readonly Segment[],
  nameOf: NameSpeaker,
): LongWork<readonly JsonObject[]> =>
  mapWork(segments, (segment, id) => ({
    id,
    seek: integer(segment.seek),
    start: toSeconds(segment.startSeconds),
    end: toSeconds(segment.endSeconds),
    text: whisperText(segment.text),
    tokens: (segment.tokens ?? []).map(integer),
    temperature: finite(segment.temperature),
    avg_logprob: finite(segment.averageLogprob),
    compression_ratio: finite(segment.compressionRatio),
    no_speech_prob: finite(segment.noSpeechProbability),
    ...speakerField(segment.speaker, nameOf),
  }));

const verboseWords = (
  words: readonly Word[],
  nameOf: NameSpeaker,
): LongWork<readonly JsonObject[]> =>
  mapWork(words, ({ text, startSeconds, endSeconds, speaker }) => ({
    word: text.trim(),
    start: toSeconds(startSeconds),
    end: toSeconds(endSeconds),
    ...speakerField(speaker, nameOf),
  }));

/** What `verbose_json` adds to the text: segments and words only as far as they were asked for. */
export function* verboseFields(
  transcript: Transcript,
  task: Task,
  granularities: readonly TimestampGranularity[],
): LongWork<JsonObject> {
  const { segments, words, wordTimesEstimated } = transcript;
  const asked = granularities.length === 0 ? ["segment"] : granularities;
  const nameOf = createSpeakerNames();
  const segmentList =
    asked.includes("segment") && segments && (yield* verboseSegments(segments, nameOf));
  const wordList = asked.includes("word") && words && (yield* verboseWords(words, nameOf));
  return {
    language: languageOf(transcript, task),
    duration: toSeconds(durationOf(transcript)),
    ...(segmentList ? { segments: segmentList } : {}),
    ...(wordList ? { words: wordList } : {}),
    ...(wordList && wordTimesEstimated === true ? { words_estimated: true } : {}),
  };
}

/** One segment of `diarized_json`, by `unknown` where nobody is named; it is also the stream's `transcript.text.segment` event. */
export const diarizedSegment = (id: string, segment: Segment, nameOf: NameSpeaker): JsonObject => ({
  type: "transcript.text.segment",
  id,
  start: toSeconds(segment.startSeconds),
  end: toSeconds(segment.endSeconds),
  text: onOneLine(segment.text),
  speaker: segment.speaker === undefined ? UNKNOWN : nameOf(segment.speaker),
});

/** The id of a diarized segment that the provider gave none to; counted from 1. */
export const segmentId = (index: number): string => `seg_${String(index + 1).padStart(3, "0")}`;

/** What `diarized_json` adds to the text; a speaker that nobody named is `unknown`. */
export function* diarizedFields(transcript: Transcript): LongWork<JsonObject> {
  const nameOf = createSpeakerNames();
  const segments = yield* mapWork(transcript.segments ?? [], (segment, index) =>
    diarizedSegment(segmentId(index), segment, nameOf),
  );
  return { duration: toSeconds(durationOf(transcript)), segments };
}
