import { doAtOnce, needsOf, TranscriptionError } from "@earshot/core";
import type {
  LongWork,
  ResponseFormat,
  Transcript,
  TranscriptionRequest,
  Warning,
} from "@earshot/core";
import {
  asRecord,
  readJson,
  readAnswerWork,
  reportsError,
  toEmbeddedError,
} from "@earshot/provider-kit";
import { jsonAnswerWork } from "./json-answer.ts";
import { isOpenaiShape } from "./openai-shape.ts";
import { readRawAnswer } from "./raw-answer.ts";
import type { RawContent } from "./raw-answer.ts";

/** A server's whole answer to a request. */
export interface OpenaiAnswer {
  /** The `id` of the provider, for messages. */
  readonly provider: string;
  readonly request: TranscriptionRequest;
  /** The format that the server was asked for. */
  readonly format: ResponseFormat;
  readonly body: string;
  /** The header's value: by default unknown, empty where the server gave none. */
  readonly contentType?: string | undefined;
  readonly warnings?: readonly Warning[];
  readonly requestId?: string | undefined;
  /** Values that must not appear in a message. */
  readonly secrets?: readonly string[];
}

/** The content of an answer in JSON, or in whatever came in the place of text and subtitles. */
function* contentOf(answer: OpenaiAnswer): LongWork<RawContent> {
  const { format, body, provider, contentType } = answer;
  if (!format.endsWith("json"))
    return yield* readRawAnswer({ format, body, provider, contentType });
  const fields = asRecord(readJson(body.replace(/^\uFEFF/u, ""), provider)) ?? {};
  yield;
  return { fields };
}

const notATranscript = ({ provider, requestId }: OpenaiAnswer): TranscriptionError =>
  new TranscriptionError(
    "bad_response",
    `${provider} answered with JSON that holds no transcript.`,
    { provider, requestId },
  );

/**
 * Reads a whole answer in any of the six formats from any OpenAI-like server, tolerating what each
 * does differently. The body is kept verbatim when it is what the client asked for and exactly
 * OpenAI's shape. Throws `bad_response` for what is no transcript, and the classified error for an
 * error behind a success status.
 */
export const fromOpenaiResponse = (answer: OpenaiAnswer): Transcript =>
  doAtOnce(openaiResponseWork(answer));

/** As `fromOpenaiResponse`, as long work. */
export const openaiResponseWork = (answer: OpenaiAnswer): LongWork<Transcript> =>
  readAnswerWork(answer, () => read(answer));

function* read(answer: OpenaiAnswer): LongWork<Transcript> {
  const { provider, request, format, body, warnings = [], requestId, secrets } = answer;
  const content = yield* contentOf(answer);
  const fields = "fields" in content ? content.fields : undefined;
  if (fields !== undefined && reportsError(fields))
    throw toEmbeddedError(fields, { provider, bodyText: body, status: 200, secrets });
  const transcript =
    "fields" in content ? yield* jsonAnswerWork(content.fields) : content.transcript;
  if (transcript === undefined) throw notATranscript(answer);
  const exact =
    format === request.responseFormat &&
    !("wrapped" in content && content.wrapped) &&
    (yield* isOpenaiShape({ format, answer: fields, body, needs: needsOf(request) }));
  return {
    ...transcript,
    warnings,
    requestId,
    verbatim: exact ? { format, body } : undefined,
  };
}
