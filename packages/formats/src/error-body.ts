import { ERROR_POLICY } from "@earshot/core";
import type { ErrorCode, TranscriptionError } from "@earshot/core";

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
  quota_exhausted: "insufficient_quota",
  overloaded: "server_is_overloaded",
};

/** The error as OpenAI's API answers it. */
export function toErrorBody({ code, message, param }: TranscriptionError): ErrorBody {
  const { httpStatus, type } = ERROR_POLICY[code];
  const error = { message, type, param: param ?? null, code: OPENAI_CODES[code] ?? code };
  return { status: httpStatus, body: { error } };
}
