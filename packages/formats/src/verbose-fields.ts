import { languageName, mapWork } from "@earshot/core";
import type {
  JsonObject,
  LongWork,
  Segment,
  Task,
  TimestampGranularity,
  Transcript,
  Word,
} from "@earshot/core";
import { durationOf } from "./audio-duration.ts";
import { finite, integer, toSeconds } from "./json-number.ts";
import { createSpeakerNames } from "./speaker-names.ts";
import { onOneLine, startsUnspaced } from "./writing-system.ts";

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
