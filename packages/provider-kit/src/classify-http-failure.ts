import { TranscriptionError } from "@earshot/core";
import type { ErrorCode, HttpResponse } from "@earshot/core";
import { blamesRequest } from "./blames-request.ts";
import { codeByMessage, codeByStatus } from "./error-rules.ts";
import { excerptOf, mayBeOwnTrouble } from "./failure-signs.ts";
import { describeHtml, isHtml } from "./html-body.ts";
import { isSentence } from "./plausible-text.ts";
import { toSentence } from "./redact.ts";
import { parseRetryAfter } from "./retry-after.ts";
import { codeByName } from "./vendor-codes.ts";
import { readVendorError } from "./vendor-error.ts";
import type { VendorError } from "./vendor-error.ts";

/** An answer that is no success, with its body read. */
export interface HttpFailure {
  /** The `id` of the provider, for the message. */
  readonly provider: string;
  /** Job APIs report failures with 200: those are classified by their words. */
  readonly status: number;
  readonly header: (name: string) => string | undefined;
  readonly bodyText: string;
  /** Milliseconds since the epoch, for a `retry-after` that is a date. */
  readonly now: number;
  /** Values that must not appear in the message, such as the API key. */
  readonly secrets?: readonly string[];
}

const REQUEST_ID_HEADERS = [
  "x-request-id",
  "request-id",
  "apim-request-id",
  "dg-request-id",
  "x-amzn-requestid",
  "cf-ray",
] as const;

/** The vendor's own id of a request, from whichever header it uses. */
export function requestIdOf(response: Pick<HttpResponse, "header">): string | undefined {
  for (const name of REQUEST_ID_HEADERS) {
    const value = response.header(name);
    if (value !== undefined && value !== "") return value;
  }
  return undefined;
}

/** What the operator of the gateway can do about it. */
const REMEDIES: Partial<Record<ErrorCode, string>> = {
  provider_authentication: "Check the API key of this deployment.",
  provider_permission: "Check what the API key of this deployment may do.",
  provider_model_not_found: "Check the model name and the base URL of this deployment.",
  quota_exhausted: "Check the plan and the balance of this account.",
};

/** Which field is at fault when the vendor does not say. */
const PARAMS: Partial<Record<ErrorCode, string>> = {
  audio_too_large: "file",
  audio_too_long: "file",
  audio_unreadable: "file",
  unsupported_media: "file",
};

/** The vendor's sentence, unless it is a page, a trace or garbage rather than one. */
const quotable = ({ bodyText }: HttpFailure, { message = "" }: VendorError): string => {
  const isJson = /^\s*["[{]/u.test(bodyText);
  const isReadable = isJson ? !isHtml(message) : isSentence(message);
  return isReadable ? message : "";
};

/**
 * A 400 or 422 whose sentence blames nobody: as likely as not the request is at fault, and the next
 * deployment says the same.
 */
const refusesWithoutBlame = (failure: HttpFailure, vendor: VendorError): boolean => {
  const sentence = quotable(failure, vendor);
  return (
    (failure.status === 400 || failure.status === 422) &&
    sentence !== "" &&
    !mayBeOwnTrouble(excerptOf(sentence))
  );
};

const codeOf = (failure: HttpFailure, vendor: VendorError): ErrorCode => {
  const { status } = failure;
  // The login page behind a redirect is not the vendor's word.
  if (status >= 300 && status < 400) return "bad_response";
  const byName = codeByName(vendor.codes);
  if (byName !== undefined) return byName;
  const byMessage =
    vendor.message === undefined ? undefined : codeByMessage(vendor.message, status);
  if (byMessage !== undefined) return byMessage;
  if (blamesRequest(status, vendor)) return "invalid_request";
  return refusesWithoutBlame(failure, vendor) ? "request_refused" : codeByStatus(status);
};

const describe = (failure: HttpFailure, vendor: VendorError): string => {
  const { status, bodyText, secrets } = failure;
  if (status >= 300 && status < 400)
    return "with a redirect, which is not followed; check its base URL";
  if (isHtml(bodyText)) return `with ${describeHtml(bodyText, secrets)} instead of JSON`;
  if (bodyText.trim() === "") return "with an empty body";
  return quotable(failure, vendor) === "" ? "without saying why" : "";
};

const messageOf = (failure: HttpFailure, vendor: VendorError, code: ErrorCode): string => {
  const { provider, status, secrets } = failure;
  const subject =
    status >= 200 && status < 300 ? `${provider} failed` : `${provider} answered ${status}`;
  const manner = describe(failure, vendor);
  const sentence = manner === "" ? toSentence(quotable(failure, vendor), secrets) : "";
  const remedy = REMEDIES[code];
  const main = sentence === "" ? `${subject} ${manner}`.trimEnd() : `${subject}: ${sentence}`;
  const ended = /[.!?…”]$/u.test(main) ? main : `${main}.`;
  return remedy === undefined ? ended : `${ended} ${remedy}`;
};

const isTooShort = (vendor: VendorError): boolean =>
  vendor.codes.includes("audio_too_short") || /too short|shorter than/iu.test(vendor.message ?? "");

const paramOf = (
  failure: HttpFailure,
  vendor: VendorError,
  code: ErrorCode,
): string | undefined => {
  if (vendor.param !== undefined) return toSentence(vendor.param, failure.secrets);
  return PARAMS[code] ?? (code === "invalid_request" && isTooShort(vendor) ? "file" : undefined);
};

/** An id that repeats a key is none. */
const safeRequestId = (failure: HttpFailure, vendor: VendorError): string | undefined => {
  const id = requestIdOf(failure) ?? vendor.requestId;
  const leaks = failure.secrets?.some((secret) => secret !== "" && id?.includes(secret)) === true;
  return leaks ? undefined : id;
};

/**
 * Turns a vendor's refusal into one of our codes: by its own code or type, then by its sentence, then
 * by the status. A 400 or 422 that blames neither the audio nor a field of the client's is
 * `request_refused`, or `bad_response` where it tells of the server's own trouble or of nothing at all.
 * The message carries the vendor's sentence, at most 300 characters, without control
 * characters and without anything that looks like a key.
 */
export function classifyHttpFailure(failure: HttpFailure): TranscriptionError {
  const vendor = isHtml(failure.bodyText) ? readVendorError("") : readVendorError(failure.bodyText);
  const code = codeOf(failure, vendor);
  const param = paramOf(failure, vendor, code);
  const retryAfterMs = parseRetryAfter(failure.header, failure.now);
  const requestId = safeRequestId(failure, vendor);
  return new TranscriptionError(code, messageOf(failure, vendor, code), {
    provider: failure.provider,
    upstreamStatus: failure.status,
    ...(param === undefined ? {} : { param }),
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}
