import type { TranscriptionError } from "@earshot/core";
import { classifyHttpFailure } from "./classify-http-failure.ts";
import type { HttpFailure } from "./classify-http-failure.ts";
import { asBoolean, asNumber, asRecord, asString } from "./loose-readers.ts";

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

/** What servers write where there is no error. */
const NO_ERROR = /^(?:|0|none|null|nil|false|no error|ok|success)$/iu;

const isGiven = (value: unknown): boolean => {
  if (typeof value === "string") return !NO_ERROR.test(value.trim());
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null && value !== false && value !== 0;
};

const FAILED_STATES = /^(?:error(?:ed)?|fail(?:ed|ure)?|abort(?:ed)?|cancell?ed|exception|ko)$/iu;

const saysFailed = (value: unknown): boolean => {
  const number = asNumber(value);
  if (number !== undefined) return number < 0 || number >= 400;
  return asBoolean(value) === false || FAILED_STATES.test(asString(value)?.trim() ?? "");
};

const VERDICTS = ["status", "state", "success", "ok", "code", "status_code", "result"] as const;
const COMPLAINTS = ["errors", "detail", "error_message", "exception"] as const;

/** An empty text is silence, unless what stands beside it says that nothing was heard for another reason. */
const failedSilently = (answer: AnswerFields): boolean => {
  const text = asString(answer["text"]);
  if (text === undefined || text.trim() !== "") return false;
  return (
    VERDICTS.some((name) => saysFailed(answer[name])) ||
    COMPLAINTS.some((name) => isGiven(answer[name]))
  );
};

/**
 * True for an answer that reports an error, whatever its status: streams, old vLLM versions, and an
 * empty text beside a field that says the work has failed.
 */
export const reportsError = (answer: AnswerFields): boolean =>
  isGiven(answer["error"]) ||
  answer["object"] === "error" ||
  answer["type"] === "error" ||
  failedSilently(answer);

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
