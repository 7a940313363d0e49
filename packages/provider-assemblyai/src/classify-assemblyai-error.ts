import type { ErrorCode, TranscriptionError } from "@earshot/core";
import { classifyHttpFailure, readVendorError } from "@earshot/provider-kit";
import type { HttpFailure } from "@earshot/provider-kit";

interface Rule {
  readonly pattern: RegExp;
  readonly code: ErrorCode;
  readonly param?: string;
  readonly remedy?: string;
}

/** What AssemblyAI says in words of its own, alike in refusals (400) and in jobs that failed (200). */
const RULES: readonly Rule[] = [
  {
    pattern: /"speech_models?" must be|speech_models?\b.{0,60}(?:no longer|deprecated)/iu,
    code: "provider_model_not_found",
    param: "model",
    remedy: "Check the model name of this deployment.",
  },
  {
    pattern: /not available (?:in|for) this language/iu,
    code: "unsupported_feature",
    param: "language",
  },
  {
    pattern: /below the requested confidence threshold/iu,
    code: "unsupported_feature",
    param: "language_confidence_threshold",
  },
  // What the client asked for: no transcript of audio without enough speech in it.
  {
    pattern: /below the requested speech threshold/iu,
    code: "empty_transcript",
    param: "speech_threshold",
  },
  {
    pattern: /not appear to contain audio|transcoding failed/iu,
    code: "unsupported_media",
    param: "file",
  },
  // What was uploaded is on a host of the vendor's own.
  { pattern: /unable to download \S+\.assemblyai\.com\//iu, code: "provider_error" },
  {
    pattern: /^download error|unable to download (?:https?:|the (?:audio|file|url))/iu,
    code: "invalid_request",
    param: "url",
  },
  { pattern: /transcript id not found|upload failed/iu, code: "provider_error" },
];

/**
 * Classifies what only AssemblyAI says; undefined leaves the failure to the common rules, which know
 * the 400 of a negative balance, too.
 *
 * @see https://www.assemblyai.com/docs/guides/common_errors_and_solutions
 */
export function classifyAssemblyaiError(failure: HttpFailure): TranscriptionError | undefined {
  const { message = "" } = readVendorError(failure.bodyText);
  const rule =
    failure.status < 500 ? RULES.find(({ pattern }) => pattern.test(message)) : undefined;
  if (rule === undefined) return undefined;
  const usual = classifyHttpFailure(failure);
  const { code, param, remedy = usual.remedy } = rule;
  return usual.with({ code, param, remedy });
}

/** What a failed job says of itself. */
export interface JobFailure {
  readonly provider: string;
  readonly id: string;
  readonly error: string | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly secrets: readonly string[];
}

/** The error of a job that failed, which is told with status 200. */
export function classifyJobFailure(job: JobFailure): TranscriptionError {
  const { provider, id, error, now, secrets } = job;
  const failure: HttpFailure = {
    provider,
    status: 200,
    header: () => undefined,
    bodyText: JSON.stringify({ error, request_id: id }),
    now,
    secrets,
  };
  return classifyAssemblyaiError(failure) ?? classifyHttpFailure(failure);
}

/** True for the failure that detection meets in silence: not an error to whoever asked for text. */
export function isSilence(error: string | undefined): boolean {
  return /no spoken audio/iu.test(error ?? "");
}
