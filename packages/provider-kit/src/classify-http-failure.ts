import { TranscriptionError } from "@earshot/core";
import type { ErrorCode, HttpResponse } from "@earshot/core";
import { codeByMessage, codeByName, codeByStatus } from "./error-codes.ts";
import { isHtml, isSentence } from "./plausible-text.ts";
import { toSentence } from "./redact.ts";
import { readVendorError } from "./vendor-error.ts";
import type { VendorError } from "./vendor-error.ts";
import { blamesRequest, excerptOf, mayBeOwnTrouble } from "./whose-fault.ts";

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

/** What one vendor calls what has other names elsewhere. */
export interface VendorNames {
  /** Our codes for the vendor's own codes and types, those that the common rules do not know. */
  readonly codes?: Readonly<Record<string, ErrorCode>>;
  /** The client's fields, by the vendor's names for them. */
  readonly params?: Readonly<Record<string, string>>;
}

/** A vendor's own first: that is the one its support asks for. */
const REQUEST_ID_HEADERS = [
  "apim-request-id",
  "dg-request-id",
  "mistral-correlation-id",
  "x-kong-request-id",
  "x-request-id",
  "request-id",
  "x-trace-id",
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

const MAXIMUM_MS = 3_600_000;

const toMilliseconds = (text: string | undefined, unitMs: number): number | undefined => {
  if (text === undefined || !/^\s*\d+(?:\.\d+)?\s*$/u.test(text)) return undefined;
  return Number(text) * unitMs;
};

const untilDate = (text: string | undefined, now: number): number | undefined => {
  // Only what holds a letter is a date: `Date.parse("-5")` is one in the eyes of some engines.
  if (text === undefined || !/[a-z]/iu.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
};

/**
 * How long the provider asks us to wait, in milliseconds, at most an hour: from `retry-after-ms`,
 * then `retry-after` in seconds or as an HTTP date. Undefined when it does not say.
 */
export function parseRetryAfter(
  header: (name: string) => string | undefined,
  now: number,
): number | undefined {
  const retryAfter = header("retry-after");
  const waitMs =
    toMilliseconds(header("retry-after-ms"), 1) ??
    toMilliseconds(retryAfter, 1000) ??
    untilDate(retryAfter, now);
  return waitMs === undefined ? undefined : Math.min(Math.ceil(waitMs), MAXIMUM_MS);
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

const LONGEST_TITLE = 300;

/** The text of the first title or heading. One walk: each end of a tag is looked at once. */
const titleOf = (text: string): string | undefined => {
  const head = text.slice(0, 20_000);
  let tagEnd = -1;
  for (const { index } of head.matchAll(/<(?:title|h1)/giu)) {
    if (index < tagEnd) continue;
    tagEnd = head.indexOf(">", index);
    const end = tagEnd < 0 ? -1 : head.indexOf("<", tagEnd);
    if (end < 0) return undefined;
    const title = head.slice(tagEnd + 1, end);
    if (title.length > 0 && title.length <= LONGEST_TITLE)
      return title.replaceAll("&nbsp;", " ").trim();
  }
  return undefined;
};

/** Words for a web page: its title where it has one. */
export function describeHtml(text: string, secrets: readonly string[] = []): string {
  const title = toSentence(titleOf(text) ?? "", secrets);
  return title === "" ? "a web page" : `a web page (“${title}”)`;
}

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

const codeOf = (failure: HttpFailure, vendor: VendorError, names: VendorNames): ErrorCode => {
  const { status } = failure;
  // The login page behind a redirect is not the vendor's word.
  if (status >= 300 && status < 400) return "bad_response";
  const told = codeByName(vendor.codes, names.codes) ?? codeByMessage(vendor.message ?? "", status);
  if (told !== undefined) return told;
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

const problemOf = (failure: HttpFailure, vendor: VendorError): string => {
  const { provider, status, secrets } = failure;
  const subject =
    status >= 200 && status < 300 ? `${provider} failed` : `${provider} answered ${status}`;
  const manner = describe(failure, vendor);
  const sentence = manner === "" ? toSentence(quotable(failure, vendor), secrets) : "";
  const problem = sentence === "" ? `${subject} ${manner}`.trimEnd() : `${subject}: ${sentence}`;
  return /[.!?…”]$/u.test(problem) ? problem : `${problem}.`;
};

const isTooShort = (vendor: VendorError): boolean =>
  vendor.codes.includes("audio_too_short") || /too short|shorter than/iu.test(vendor.message ?? "");

const paramOf = (
  { secrets }: HttpFailure,
  vendor: VendorError,
  code: ErrorCode,
): string | undefined => {
  if (vendor.param !== undefined) return toSentence(vendor.param, secrets);
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
export function classifyHttpFailure(
  failure: HttpFailure,
  names: VendorNames = {},
): TranscriptionError {
  const vendor = readVendorError(isHtml(failure.bodyText) ? "" : failure.bodyText);
  const code = codeOf(failure, vendor, names);
  const param = paramOf(failure, vendor, code);
  return new TranscriptionError(code, problemOf(failure, vendor), {
    provider: failure.provider,
    upstreamStatus: failure.status,
    param: new Map(Object.entries(names.params ?? {})).get(param ?? "") ?? param,
    retryAfterMs: parseRetryAfter(failure.header, failure.now),
    requestId: safeRequestId(failure, vendor),
    remedy: REMEDIES[code],
  });
}
