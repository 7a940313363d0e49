import type { TranscriptionError } from "@earshot/core";
import { classifyHttpFailure } from "./classify-http-failure.ts";
import type { HttpFailure } from "./classify-http-failure.ts";
import { asNumber, asRecord } from "./loose-readers.ts";

type AnswerFields = Readonly<Record<string, unknown>>;

/** Where an error came from that was sent behind a success status. */
export interface EmbeddedErrorSource {
  /** The `id` of the provider, for the message. */
  readonly provider: string;
  readonly bodyText: string;
  /** What an error means that names no status itself. */
  readonly status: number;
  /** Values that must not appear in the message. */
  readonly secrets?: readonly string[] | undefined;
  /** The vendor's own rules; by default the common ones. */
  readonly classify?: (failure: HttpFailure) => TranscriptionError;
}

const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== "" && value !== false;

/** True for an answer that reports an error, whatever its status: streams, and old vLLM versions. */
export const reportsError = (answer: AnswerFields): boolean =>
  isGiven(answer["error"]) || answer["object"] === "error" || answer["type"] === "error";

const statusIn = (answer: AnswerFields): number | undefined => {
  const inner = asRecord(answer["error"]) ?? answer;
  const code = asNumber(inner["raw_status_code"] ?? inner["code"] ?? answer["code"]);
  return code !== undefined && code >= 400 && code < 600 ? code : undefined;
};

/** Classifies an error that was sent behind a success status. */
export function toEmbeddedError(
  answer: AnswerFields,
  source: EmbeddedErrorSource,
): TranscriptionError {
  const { provider, bodyText, secrets = [], classify = classifyHttpFailure } = source;
  return classify({
    provider,
    status: statusIn(answer) ?? source.status,
    header: () => undefined,
    bodyText,
    now: 0,
    secrets,
  });
}
