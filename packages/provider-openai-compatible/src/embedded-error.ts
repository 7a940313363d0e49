import type { TranscriptionError } from "@earshot/core";
import { asNumber, asRecord, classifyHttpFailure } from "@earshot/provider-kit";
import type { AnswerFields } from "./timed-fields.ts";

/** Where an error came from that was sent behind a success status. */
export interface EmbeddedErrorSource {
  /** The `id` of the provider, for the message. */
  readonly provider: string;
  readonly bodyText: string;
  /** What an error means that names no status itself. */
  readonly status: number;
  /** Values that must not appear in the message. */
  readonly secrets?: readonly string[] | undefined;
}

const isGiven = (value: unknown): boolean => value !== undefined && value !== null && value !== "";

/** True for an answer that reports an error, whatever its status: streams, and old vLLM versions. */
export const reportsError = (answer: AnswerFields): boolean =>
  isGiven(answer["error"]) || answer["object"] === "error" || answer["type"] === "error";

const statusIn = (answer: AnswerFields): number | undefined => {
  const code = asNumber(asRecord(answer["error"])?.["code"] ?? answer["code"]);
  return code !== undefined && code >= 400 && code < 600 ? code : undefined;
};

/** Classifies an error that was sent behind a success status. */
export function toEmbeddedError(
  answer: AnswerFields,
  source: EmbeddedErrorSource,
): TranscriptionError {
  const { provider, bodyText, secrets = [] } = source;
  return classifyHttpFailure({
    provider,
    status: statusIn(answer) ?? source.status,
    header: () => undefined,
    bodyText,
    now: 0,
    secrets,
  });
}
