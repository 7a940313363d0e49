import { needsOf, TranscriptionError } from "@earshot/core";
import type { ResponseFormat, Transcript, TranscriptionRequest, Warning } from "@earshot/core";
import { asRecord, parseJson } from "@earshot/provider-kit";
import { reportsError, toEmbeddedError } from "./embedded-error.ts";
import { fromJsonAnswer, toPlainText } from "./json-answer.ts";
import { isOpenaiShape } from "./openai-shape.ts";
import { readSubtitles } from "./subtitle-cues.ts";
import type { AnswerFields } from "./timed-fields.ts";

/** A server's whole answer to a request. */
export interface OpenaiAnswer {
  /** The `id` of the provider, for messages. */
  readonly provider: string;
  readonly request: TranscriptionRequest;
  /** The format that the server was asked for. */
  readonly format: ResponseFormat;
  readonly body: string;
  readonly warnings?: readonly Warning[];
  readonly requestId?: string | undefined;
  /** Values that must not appear in a message. */
  readonly secrets?: readonly string[];
}

const parseObject = (body: string): AnswerFields | undefined => {
  if (!/^\s*\{/u.test(body)) return undefined;
  try {
    return asRecord(JSON.parse(body));
  } catch {
    return undefined;
  }
};

/** Some servers answer in JSON whatever they were asked for; a text may also just begin with `{`. */
const jsonOf = ({ format, body, provider }: OpenaiAnswer): AnswerFields | undefined => {
  const isJsonFormat = format.endsWith("json");
  if (isJsonFormat) return asRecord(parseJson(body.replace(/^\uFEFF/u, ""), provider)) ?? {};
  // A web page is no transcript: this throws.
  if (/^\s*<(?:!doctype|html|head|body)\b/iu.test(body)) parseJson(body, provider);
  const answer = parseObject(body);
  const isAnswer =
    answer !== undefined && (typeof answer["text"] === "string" || reportsError(answer));
  return isAnswer ? answer : undefined;
};

const fromTextAnswer = ({ format, body }: OpenaiAnswer): Transcript => {
  if (format === "text") return { text: toPlainText(body), warnings: [], raw: body };
  const segments = readSubtitles(body);
  const text = segments
    .map((segment) => segment.text)
    .join(" ")
    .trim();
  return { text, segments, warnings: [], raw: body };
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
  const { provider, request, format, body, warnings = [], requestId, secrets } = answer;
  const fields = jsonOf(answer);
  if (fields !== undefined && reportsError(fields))
    throw toEmbeddedError(fields, { provider, bodyText: body, status: 200, secrets });
  const transcript = fields === undefined ? fromTextAnswer(answer) : fromJsonAnswer(fields);
  if (transcript === undefined) throw notATranscript(answer);
  const exact =
    format === request.responseFormat &&
    isOpenaiShape({ format, answer: fields, body, needs: needsOf(request) });
  return {
    ...transcript,
    warnings,
    ...(requestId === undefined ? {} : { requestId }),
    ...(exact ? { verbatim: { format, body } } : {}),
  };
}
