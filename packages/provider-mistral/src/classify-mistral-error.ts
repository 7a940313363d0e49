import { TranscriptionError } from "@earshot/core";
import { asRecord, asString, classifyHttpFailure } from "@earshot/provider-kit";
import type { HttpFailure } from "@earshot/provider-kit";

type Fields = Readonly<Record<string, unknown>>;

/** Mistral's own types, by the names that every vendor's have in the common rules. */
const TYPE_NAMES: ReadonlyMap<string, string> = new Map([
  ["invalid_model", "model_not_found"],
  ["rate_limited", "rate_limit_exceeded"],
  ["service_tier_capacity_exceeded", "capacity_exceeded"],
]);

/** OpenAI's names of the fields that Mistral complains about. */
const PARAM_NAMES: ReadonlyMap<string, string> = new Map([
  ["context_bias", "keywords"],
  ["file_url", "url"],
]);

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** A failed validation is wrapped into the `message` of the usual error. */
const translate = (failure: HttpFailure): HttpFailure => {
  const body: Fields | undefined = asRecord(parse(failure.bodyText));
  if (body === undefined) return failure;
  const inner = asRecord(body["message"]) ?? {};
  const type = TYPE_NAMES.get(asString(body["type"]) ?? "");
  const translated = { ...body, ...inner, ...(type === undefined ? {} : { type }) };
  return { ...failure, bodyText: JSON.stringify(translated) };
};

const paramOf = (error: TranscriptionError): string | undefined => {
  if (/could not be fetched|audio from '?https?:/iu.test(error.message)) return "url";
  if (error.code === "provider_model_not_found") return "model";
  return PARAM_NAMES.get(error.param ?? "");
};

/**
 * Classifies a refusal: Mistral's error is flat, with the sentence in `message` and its kind in
 * `type`, or FastAPI's `detail`.
 *
 * @see https://docs.mistral.ai/resources/known-limitations
 */
export function classifyMistralError(failure: HttpFailure): TranscriptionError {
  const error = classifyHttpFailure(translate(failure));
  const param = paramOf(error);
  if (param === undefined || param === error.param) return error;
  const { code, message, provider, upstreamStatus, retryAfterMs, requestId } = error;
  return new TranscriptionError(code, message, {
    param,
    ...(provider === undefined ? {} : { provider }),
    ...(upstreamStatus === undefined ? {} : { upstreamStatus }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}
