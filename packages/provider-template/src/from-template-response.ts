import { toIsoLanguage, TranscriptionError } from "@earshot/core";
import type { Segment, Transcript, Warning } from "@earshot/core";
import {
  asArray,
  asNumber,
  asRecord,
  asSeconds,
  asString,
  readJson,
  reportsError,
  toEmbeddedError,
} from "@earshot/provider-kit";
import { classifyTemplateError } from "./classify-template-error.ts";

/** The vendor's whole answer, and what is known beside it. */
export interface TemplateAnswer {
  /** The `id` of the provider, for messages. */
  readonly provider: string;
  readonly body: string;
  readonly warnings: readonly Warning[];
  readonly requestId: string | undefined;
  /** Values that must not appear in a message. */
  readonly secrets: readonly string[];
}

const confidenceOf = (value: unknown): number | undefined => {
  const score = asNumber(value);
  return score === undefined || score < 0 || score > 1 ? undefined : score;
};

/** A stretch with its times; undefined when it lacks its text or a time. */
const toTimed = (value: unknown): Segment | undefined => {
  const fields = asRecord(value);
  const text = asString(fields?.["text"])?.trim() ?? "";
  const startSeconds = asSeconds(fields?.["start"]);
  const endSeconds = asSeconds(fields?.["end"]);
  if (text === "" || startSeconds === undefined || endSeconds === undefined) return undefined;
  return {
    text,
    startSeconds,
    endSeconds: Math.max(startSeconds, endSeconds),
    confidence: confidenceOf(fields?.["score"]),
  };
};

const toList = (value: unknown): readonly Segment[] | undefined =>
  Array.isArray(value)
    ? asArray(value)
        .flatMap((item) => toTimed(item) ?? [])
        .toSorted((one, other) => one.startSeconds - other.startSeconds)
    : undefined;

/**
 * Reads an answer as it comes: missing, null and further fields are fine. Throws `bad_response` for
 * what holds no text, and the classified error for one behind a success status.
 *
 * @see https://template.example/docs/transcribe
 */
export function fromTemplateResponse(answer: TemplateAnswer): Transcript {
  const { provider, body, warnings, requestId, secrets } = answer;
  const raw = readJson(body, provider);
  const fields = asRecord(raw) ?? {};
  if (reportsError(fields)) {
    const failed = { provider, bodyText: body, status: 200, secrets };
    throw toEmbeddedError(fields, { ...failed, classify: classifyTemplateError });
  }
  const text = asString(fields["text"])?.trim();
  const seconds = asSeconds(fields["seconds"]);
  if (text === undefined) {
    const message = `${provider} answered with JSON that holds no text.`;
    throw new TranscriptionError("bad_response", message, { provider, requestId });
  }
  return {
    text,
    language: toIsoLanguage(asString(fields["language"]) ?? ""),
    durationSeconds: seconds,
    segments: toList(fields["segments"]),
    words: toList(fields["words"]),
    // The length is what the vendor bills.
    usage: seconds === undefined ? undefined : { type: "duration", seconds },
    requestId,
    warnings,
    raw,
  };
}
