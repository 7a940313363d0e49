import { ERROR_POLICY, TranscriptionError } from "@earshot/core";
import type { Logger } from "@earshot/core";
import { toErrorBody } from "@earshot/formats";
import { attemptsOf } from "@earshot/gateway";
import type { Context } from "hono";
import type { ProxyEnvironment } from "./proxy-environment.ts";

const asTranscriptionError = (error: unknown): TranscriptionError =>
  TranscriptionError.is(error)
    ? error
    : new TranscriptionError("internal", "The gateway failed. Its log has the details.", {
        cause: error,
      });

const MAX_RETRY_AFTER_SECONDS = 24 * 60 * 60;

const toSeconds = (milliseconds: number): number =>
  Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, Math.ceil(milliseconds / 1000)));

/** Where waiting helps, the client's SDK should wait; where nothing helps, it should not try again. */
const retryHeaders = (error: TranscriptionError): Record<string, string> => {
  const headers: Record<string, string> = {
    "x-should-retry": String(ERROR_POLICY[error.code].clientRetry),
  };
  const { retryAfterMs = Number.NaN } = error;
  if (!Number.isNaN(retryAfterMs)) headers["retry-after"] = String(toSeconds(retryAfterMs));
  return headers;
};

/** Answers with OpenAI's error shape; errors that are not the client's go to the log in full. */
export function respondWithError(
  context: Context<ProxyEnvironment>,
  thrown: unknown,
  logger: Logger,
): Response {
  const error = asTranscriptionError(thrown);
  const { status, body } = toErrorBody(error);
  const attempts = attemptsOf(error);
  const fields = {
    requestId: context.get("requestId"),
    code: error.code,
    status,
    attempts: attempts.length,
  };
  if (status >= 500) logger.error({ ...fields, error }, error.message);
  context.set("answeredBy", { attempts: attempts.length });
  const headers: Record<string, string> = {
    ...retryHeaders(error),
    "x-request-id": context.get("requestId"),
    "x-earshot-attempts": String(attempts.length),
  };
  // The rest of a refused upload will not be read: the connection cannot serve another request.
  if (!context.env.incoming.complete) headers["connection"] = "close";
  // Hono's types know no 499; a plain Response takes any status.
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });
}
