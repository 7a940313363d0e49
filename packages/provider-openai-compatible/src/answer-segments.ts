import type { Segment } from "@earshot/core";
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

const whisperFieldsOf = (fields: AnswerFields): Partial<Segment> => {
  const numbers = WHISPER_NUMBERS.flatMap(([ours, theirs]) => {
    const number = asNumber(fields[theirs]);
    return number === undefined ? [] : [[ours, number] as const];
  });
  const tokens = fields["tokens"];
  return {
    ...Object.fromEntries(numbers),
    ...(Array.isArray(tokens)
      ? { tokens: asArray(tokens).flatMap((id) => asNumber(id) ?? []) }
      : {}),
  };
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
export function toSegments(value: unknown): readonly Segment[] | undefined {
  if (!Array.isArray(value)) return undefined;
  const segments = value.flatMap((item: unknown) => toSegment(item) ?? []);
  return segments.length === 0 && value.length > 0 ? undefined : segments.toSorted(byStart);
}
