import type { ErrorCode, TranscriptionError } from "@earshot/core";
import { classifyHttpFailure, readVendorError } from "@earshot/provider-kit";
import type { HttpFailure } from "@earshot/provider-kit";

interface Finding {
  readonly code: ErrorCode;
  readonly param?: string;
  readonly retryAfterMs?: number | undefined;
  /** What to do about it, after Groq's own sentence. */
  readonly remedy?: string;
}

const HOUR_MS = 3_600_000;

/** The pause in "Please try again in 1h2m39.738s." in milliseconds, at most an hour. */
const pauseIn = (message: string): number | undefined => {
  const [, hours, minutes, seconds, milliseconds] =
    /try again in (?=\d)(?:(\d+)h)?(?:(\d+)m(?!s))?(?:([\d.]+)s)?(?:([\d.]+)ms)?/iu.exec(message) ??
    [];
  const pause =
    Number(hours ?? 0) * HOUR_MS +
    Number(minutes ?? 0) * 60_000 +
    Number(seconds ?? 0) * 1000 +
    Number(milliseconds ?? 0);
  return pause > 0 ? Math.min(Math.ceil(pause), HOUR_MS) : undefined;
};

const findMedia = (message: string): Finding | undefined => {
  const download = /failed to retrieve media(?:.{0,500}status code: (?<status>\d+))?/iu.exec(
    message,
  );
  if (download?.groups?.["status"]?.startsWith("3") === true)
    return {
      code: "unsupported_feature",
      param: "url",
      remedy: "Groq follows no redirects: give the address that the URL leads to.",
    };
  if (download !== null) return { code: "invalid_request", param: "url" };
  return /file must be one of the following types/iu.test(message)
    ? { code: "unsupported_media", param: "file" }
    : undefined;
};

const findLimit = (message: string): Finding | undefined => {
  // One recording with more seconds than the plan has in a whole hour: no pause helps.
  if (/request too large\b.{0,500}\bseconds of audio/iu.test(message))
    return { code: "audio_too_long", param: "file" };
  const retryAfterMs = pauseIn(message);
  return retryAfterMs === undefined ? undefined : { code: "rate_limited", retryAfterMs };
};

const find = ({ status }: HttpFailure, message: string): Finding | undefined => {
  if (status === 400) return findMedia(message);
  return status === 413 || status === 429 ? findLimit(message) : undefined;
};

/**
 * What Groq means by sentences that no other vendor writes; undefined leaves the failure to the
 * common rules.
 *
 * @see https://console.groq.com/docs/errors
 * @see https://console.groq.com/docs/rate-limits
 */
export function classifyGroqError(failure: HttpFailure): TranscriptionError | undefined {
  const finding = find(failure, readVendorError(failure.bodyText).message ?? "");
  if (finding === undefined) return undefined;
  const usual = classifyHttpFailure(failure);
  // The header says it more exactly, where there is one.
  const retryAfterMs = usual.retryAfterMs ?? finding.retryAfterMs;
  return usual.with({ ...finding, retryAfterMs });
}
