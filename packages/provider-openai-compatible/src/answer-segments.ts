import { collectWork, sortWork } from "@earshot/core";
import type { LongWork, Segment } from "@earshot/core";
import { asArray, asNumber, asRecord, asString } from "@earshot/provider-kit";
import { byStart, confidenceOf, speakerOf, timesOf } from "./timed-fields.ts";
import type { AnswerFields } from "./timed-fields.ts";

const WHISPER_NUMBERS = [
  ["seek", "seek"],
  ["temperature", "temperature"],
  ["averageLogprob", "avg_logprob"],
  ["compressionRatio", "compression_ratio"],
  ["noSpeechProbability", "no_speech_prob"],
] as const;

/** Whisper gives a segment at most 448. */
const MOST_TOKENS = 2000;

const tokensOf = (value: unknown): readonly number[] | undefined =>
  Array.isArray(value) && value.length <= MOST_TOKENS
    ? asArray(value).flatMap((id) => asNumber(id) ?? [])
    : undefined;

const whisperFieldsOf = (fields: AnswerFields): Partial<Segment> => {
  const numbers: { -readonly [Field in (typeof WHISPER_NUMBERS)[number][0]]?: number } = {};
  for (const [ours, theirs] of WHISPER_NUMBERS) {
    const number = asNumber(fields[theirs]);
    if (number !== undefined) numbers[ours] = number;
  }
  const tokens = tokensOf(fields["tokens"]);
  return tokens === undefined ? numbers : { ...numbers, tokens };
};

/** One segment; undefined when it lacks its text or its times. */
export function toSegment(value: unknown): Segment | undefined {
  const fields = asRecord(value);
  if (fields === undefined) return undefined;
  const text = asString(fields["text"])?.trim();
  const times = timesOf(fields);
  if (text === undefined || times === undefined) return undefined;
  return {
    text,
    ...times,
    ...speakerOf(fields),
    ...confidenceOf(fields),
    ...whisperFieldsOf(fields),
  };
}

/** Segments in the order of their starts; undefined when there is no list of them with times. */
export function* toSegments(value: unknown): LongWork<readonly Segment[] | undefined> {
  if (!Array.isArray(value)) return undefined;
  const segments = yield* collectWork(asArray(value), toSegment);
  return segments.length === 0 && value.length > 0 ? undefined : yield* sortWork(segments, byStart);
}
