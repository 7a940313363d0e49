import { collectWork, toIsoLanguage, TranscriptionError } from "@earshot/core";
import type {
  LongWork,
  Segment,
  TimestampGranularity,
  Transcript,
  TranscriptionRequest,
  Warning,
} from "@earshot/core";
import {
  asArray,
  asNumber,
  asRecord,
  asSeconds,
  asString,
  reportsError,
  toEmbeddedError,
} from "@earshot/provider-kit";
import { classifyMistralError } from "./classify-mistral-error.ts";

/** How an answer of Mistral has to be read. */
export interface MistralReading {
  /** The `id` of the provider, for messages. */
  readonly provider: string;
  readonly request: TranscriptionRequest;
  /** The times that were asked for: single words come as segments too. */
  readonly granularity: TimestampGranularity | undefined;
  /** The language that Mistral was told. */
  readonly language: string | undefined;
  readonly warnings: readonly Warning[];
  readonly requestId: string | undefined;
  /** Values that must not appear in a message. */
  readonly secrets?: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const confidenceOf = (score: unknown): number | undefined => {
  const value = asNumber(score);
  return value !== undefined && value >= 0 && value <= 1 ? value : undefined;
};

/**
 * One segment of an answer or of a stream; undefined when it has no text or no times. Speakers are
 * named when they were asked for.
 */
export function toMistralSegment(fields: Fields, withSpeakers: boolean): Segment | undefined {
  const text = asString(fields["text"])?.trim() ?? "";
  const startSeconds = asSeconds(fields["start"]);
  const endSeconds = asSeconds(fields["end"]);
  if (text === "" || startSeconds === undefined || endSeconds === undefined) return undefined;
  const speaker = withSpeakers ? asString(fields["speaker_id"]) : undefined;
  return {
    text,
    startSeconds,
    endSeconds: Math.max(startSeconds, endSeconds),
    speaker: speaker === "" ? undefined : speaker,
    confidence: confidenceOf(fields["score"]),
  };
}

/** Single words come as segments; one of them may be a name of two words. */
const areWords = (spans: readonly Segment[]): boolean =>
  spans.filter(({ text }) => !/\s/u.test(text)).length * 2 > spans.length;

function* timesOf(
  answer: Fields,
  { granularity, request }: MistralReading,
): LongWork<Pick<Transcript, "words" | "segments">> {
  const spans = yield* collectWork(asArray(answer["segments"]), (span) =>
    toMistralSegment(asRecord(span) ?? {}, request.diarize),
  );
  if (spans.length === 0) return {};
  return granularity === "word" && areWords(spans) ? { words: spans } : { segments: spans };
}

/** Mistral tells the length in whole seconds, rounded up, and bills those. */
const lengthOf = (answer: Fields): Pick<Transcript, "durationSeconds" | "usage"> => {
  const seconds = asSeconds(asRecord(answer["usage"])?.["prompt_audio_seconds"]);
  if (seconds === undefined) return {};
  return { durationSeconds: seconds, usage: { type: "duration", seconds } };
};

/** An error behind a success status; a status of its own may be in it. */
export function toMistralError(
  frame: Fields,
  { provider, secrets }: Pick<MistralReading, "provider" | "secrets">,
  status: number,
): TranscriptionError {
  const inner = asRecord(frame["error"]) ?? frame;
  return toEmbeddedError(frame, {
    provider,
    bodyText: toText(inner),
    status,
    secrets,
    classify: classifyMistralError,
  });
}

/** Errors inside of errors inside of errors have no text. */
const toText = (value: unknown): string => {
  try {
    return JSON.stringify(value);
  } catch {
    return "";
  }
};

/**
 * Normalises a parsed answer, or the last event of a stream. Throws `bad_response` without text, or its
 * error.
 */
export function* fromMistralResponse(raw: unknown, reading: MistralReading): LongWork<Transcript> {
  const { provider, warnings, requestId } = reading;
  const answer = asRecord(raw);
  if (answer !== undefined && reportsError(answer)) throw toMistralError(answer, reading, 200);
  const text = asString(answer?.["text"]);
  if (answer === undefined || text === undefined)
    throw new TranscriptionError("bad_response", `${provider} answered without a text.`, {
      provider,
    });
  return {
    text: text.trim(),
    language: toIsoLanguage(asString(answer["language"]) ?? "") ?? reading.language,
    ...(yield* timesOf(answer, reading)),
    ...lengthOf(answer),
    warnings,
    raw,
    requestId,
  };
}
