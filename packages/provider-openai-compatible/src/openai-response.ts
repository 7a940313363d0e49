import { needsOf, TranscriptionError } from "@earshot/core";
import type { ResponseFormat, Transcript, TranscriptionRequest, Warning } from "@earshot/core";
import {
  asRecord,
  parseJson,
  readAnswer,
  reportsError,
  toEmbeddedError,
} from "@earshot/provider-kit";
import { fromJsonAnswer } from "./json-answer.ts";
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
const contentOf = (answer: OpenaiAnswer): RawContent => {
  const { format, body, provider, contentType } = answer;
  if (!format.endsWith("json")) return readRawAnswer({ format, body, provider, contentType });
  return { fields: asRecord(parseJson(body.replace(/^\uFEFF/u, ""), provider)) ?? {} };
};

const notATranscript = ({ provider, requestId }: OpenaiAnswer): TranscriptionError =>
  new TranscriptionError(
    "bad_response",
    `${provider} answered with JSON that holds no transcript.`,
    { provider, ...(requestId === undefined ? {} : { requestId }) },
  );

/**
 * Reads a whole answer in any of the six formats from any OpenAI-like server, tolerating what each
 * does differently. The body is kept verbatim when it is what the client asked for and exactly
 * OpenAI's shape. Throws `bad_response` for what is no transcript, and the classified error for an
 * error behind a success status.
 */
export function fromOpenaiResponse(answer: OpenaiAnswer): Transcript {
  return readAnswer(answer, () => read(answer));
}

const read = (answer: OpenaiAnswer): Transcript => {
  const { provider, request, format, body, warnings = [], requestId, secrets } = answer;
  const content = contentOf(answer);
  const fields = "fields" in content ? content.fields : undefined;
  if (fields !== undefined && reportsError(fields))
    throw toEmbeddedError(fields, { provider, bodyText: body, status: 200, secrets });
  const transcript = "fields" in content ? fromJsonAnswer(content.fields) : content.transcript;
  if (transcript === undefined) throw notATranscript(answer);
  const exact =
    format === request.responseFormat &&
    !("wrapped" in content && content.wrapped) &&
    isOpenaiShape({ format, answer: fields, body, needs: needsOf(request) });
  return {
    ...transcript,
    warnings,
    ...(requestId === undefined ? {} : { requestId }),
    ...(exact ? { verbatim: { format, body } } : {}),
  };
};
