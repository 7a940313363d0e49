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

type Fields = Readonly<Record<string, unknown>>;

const confidenceOf = (score: number | undefined): { readonly confidence?: number } =>
  score === undefined || score < 0 || score > 1 ? {} : { confidence: score };

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
    ...confidenceOf(asNumber(fields?.["score"])),
  };
};

const toList = (value: unknown): readonly Segment[] | undefined =>
  Array.isArray(value)
    ? asArray(value)
        .flatMap((item) => toTimed(item) ?? [])
        .toSorted((one, other) => one.startSeconds - other.startSeconds)
    : undefined;

/** The length is what the vendor bills. */
const lengthOf = (fields: Fields): Partial<Transcript> => {
  const seconds = asSeconds(fields["seconds"]);
  return seconds === undefined
    ? {}
    : { durationSeconds: seconds, usage: { type: "duration", seconds } };
};

const timesOf = (fields: Fields): Partial<Transcript> => {
  const segments = toList(fields["segments"]);
  const words = toList(fields["words"]);
  return {
    ...(segments === undefined ? {} : { segments }),
    ...(words === undefined ? {} : { words }),
  };
};

const languageOf = (fields: Fields): Partial<Transcript> => {
  const language = toIsoLanguage(asString(fields["language"]) ?? "");
  return language === undefined ? {} : { language };
};

/**
 * Reads an answer as it comes: missing, null and further fields are fine. Throws `bad_response` for
 * what holds no text, and the classified error for one behind a success status.
 *
 * @see https://template.example/docs/transcribe
 */
export function fromTemplateResponse(answer: TemplateAnswer): Transcript {
  const { provider, body, warnings, secrets } = answer;
  const raw = readJson(body, provider);
  const fields = asRecord(raw);
  if (fields !== undefined && reportsError(fields))
    throw toEmbeddedError(fields, { provider, bodyText: body, status: 200, secrets });
  const text = asString(fields?.["text"])?.trim();
  const requestId = answer.requestId === undefined ? {} : { requestId: answer.requestId };
  if (fields === undefined || text === undefined)
    throw new TranscriptionError(
      "bad_response",
      `${provider} answered with JSON that holds no text.`,
      { provider, ...requestId },
    );
  return {
    text,
    ...languageOf(fields),
    ...lengthOf(fields),
    ...timesOf(fields),
    ...requestId,
    warnings,
    raw,
  };
}
