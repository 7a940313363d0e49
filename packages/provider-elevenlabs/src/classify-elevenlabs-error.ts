import { TranscriptionError } from "@earshot/core";
import { asRecord, asString, classifyHttpFailure } from "@earshot/provider-kit";
import type { HttpFailure } from "@earshot/provider-kit";

type Fields = Readonly<Record<string, unknown>>;

/** ElevenLabs' own codes, by the names that every vendor's have in the common rules. */
const CODE_NAMES: ReadonlyMap<string, string> = new Map([
  ["concurrent_limit_exceeded", "too_many_concurrent_requests"],
  // Free accounts behind a VPN or a cloud: no wrong key, and no other key of the account helps.
  ["detected_unusual_activity", "account_deactivated"],
  ["empty_file", "bad_audio"],
  ["feature_not_available", "permission_denied"],
  ["invalid_authorization_header", "invalid_authentication"],
  ["invalid_model_id", "model_not_found"],
  ["model_access_denied", "permission_denied"],
  ["needs_authorization", "missing_api_key"],
  ["paid_plan_required", "payment_required"],
  ["subscription_required", "payment_required"],
  ["unsupported_model", "model_not_found"],
  // What some routes answer with when there is no key at all.
  ["workspace_not_found", "missing_api_key"],
]);

/** OpenAI's names of the fields that ElevenLabs complains about. */
const PARAM_NAMES: ReadonlyMap<string, string> = new Map([
  ["keyterms", "keywords"],
  ["language_code", "language"],
  ["model_id", "model"],
  ["source_url", "url"],
]);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const translate = (failure: HttpFailure): HttpFailure => {
  const detail: Fields = asRecord(asRecord(parse(failure.bodyText))?.["detail"]) ?? {};
  const name = ["code", "status"]
    .map((field) => CODE_NAMES.get(asString(detail[field]) ?? ""))
    .find((found) => found !== undefined);
  if (name === undefined) return failure;
  return { ...failure, bodyText: JSON.stringify({ detail: { ...detail, code: name } }) };
};

const renameParam = (error: TranscriptionError): TranscriptionError => {
  const param = PARAM_NAMES.get(error.param ?? "");
  if (param === undefined) return error;
  const { code, message, provider, upstreamStatus, retryAfterMs, requestId } = error;
  return new TranscriptionError(code, message, {
    param,
    ...(provider === undefined ? {} : { provider }),
    ...(upstreamStatus === undefined ? {} : { upstreamStatus }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(requestId === undefined ? {} : { requestId }),
  });
};

const TRACE_ID = "x-trace-id";

/**
 * Classifies a refusal: `detail` as an object with codes, as FastAPI's list or as a sentence, and
 * `error`. A 401 may mean an empty account, a missing permission or a wrong key.
 *
 * @see https://elevenlabs.io/docs/eleven-api/resources/errors
 */
export function classifyElevenlabsError(failure: HttpFailure): TranscriptionError {
  const header = (name: string): string | undefined =>
    failure.header(name) ?? (name === "x-request-id" ? failure.header(TRACE_ID) : undefined);
  return renameParam(classifyHttpFailure({ ...translate(failure), header }));
}
