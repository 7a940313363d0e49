import { ERROR_POLICY } from "@earshot/core";
import type { ErrorCode, TranscriptionError } from "@earshot/core";
import { toPublicText, withoutPaths } from "./public-text.ts";

/** OpenAI's error object, all four keys always there, and the HTTP status to send it with. */
export interface ErrorBody {
  readonly status: number;
  readonly body: {
    readonly error: {
      readonly message: string;
      readonly type: string;
      readonly param: string | null;
      readonly code: string;
    };
  };
}

/** Codes that clients know by OpenAI's name; every other code keeps its own. */
const OPENAI_CODES: Partial<Readonly<Record<ErrorCode, string>>> = {
  unauthorized: "invalid_api_key",
  too_many_requests: "rate_limit_exceeded",
  rate_limited: "rate_limit_exceeded",
  queue_full: "rate_limit_exceeded",
  quota_exhausted: "insufficient_quota",
  overloaded: "server_is_overloaded",
};

const MAX_PARAM_CHARACTERS = 200;

/** These quote what the client itself has sent. */
const QUOTING: ReadonlySet<ErrorCode> = new Set(["not_found", "model_not_found"]);

/** A message as clients may see it: of bounded length, without a path of the gateway's machine. */
function toPublicMessage({ code, message }: TranscriptionError): string {
  const strict = ERROR_POLICY[code].type !== "invalid_request_error";
  return toPublicText(QUOTING.has(code) ? message : withoutPaths(message, strict));
}

/** The error as OpenAI's API answers it, without what only the log may hold. */
export function toErrorBody(error: TranscriptionError): ErrorBody {
  const { code, param } = error;
  const { httpStatus, type } = ERROR_POLICY[code];
  const body = {
    message: toPublicMessage(error),
    type,
    param: param === undefined ? null : toPublicText(param, MAX_PARAM_CHARACTERS),
    code: OPENAI_CODES[code] ?? code,
  };
  return { status: httpStatus, body: { error: body } };
}
