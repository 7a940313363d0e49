import type { ErrorCode, TranscriptionError } from "@earshot/core";
import { classifyHttpFailure, readVendorError } from "@earshot/provider-kit";
import type { HttpFailure } from "@earshot/provider-kit";

type Rule = readonly [pattern: RegExp, code: ErrorCode, param?: string];

/** What AssemblyAI says in words of its own, alike in refusals (400) and in jobs that failed (200). */
const RULES: readonly Rule[] = [
  [
    /"speech_models?" must be|speech_models?\b.{0,60}(?:no longer|deprecated)/iu,
    "provider_model_not_found",
    "model",
  ],
  [/not available (?:in|for) this language/iu, "unsupported_feature", "language"],
  [
    /below the requested confidence threshold/iu,
    "unsupported_feature",
    "language_confidence_threshold",
  ],
  // What the client asked for: no transcript of audio without enough speech in it.
  [/below the requested speech threshold/iu, "empty_transcript", "speech_threshold"],
  [/not appear to contain audio|transcoding failed/iu, "unsupported_media", "file"],
  // What was uploaded is on a host of the vendor's own.
  [/unable to download \S+\.assemblyai\.com\//iu, "provider_error"],
  [
    /^download error|unable to download (?:https?:|the (?:audio|file|url))/iu,
    "invalid_request",
    "url",
  ],
  [/transcript id not found|upload failed/iu, "provider_error"],
];

/**
 * Classifies what only AssemblyAI says; undefined leaves the failure to the common rules, which know
 * the 400 of a negative balance, too.
 *
 * @see https://www.assemblyai.com/docs/guides/common_errors_and_solutions
 */
export function classifyAssemblyaiError(failure: HttpFailure): TranscriptionError | undefined {
  const { message = "" } = readVendorError(failure.bodyText);
  const rule = failure.status < 500 ? RULES.find(([pattern]) => pattern.test(message)) : undefined;
  if (rule === undefined) return undefined;
  const [, code, param] = rule;
  const usual = classifyHttpFailure(failure);
  const isModel = code === "provider_model_not_found";
  const remedy = isModel ? "Check the model name of this deployment." : usual.remedy;
  return usual.with({ code, param, remedy });
}

/** The error of a job that failed, which is told with status 200. */
export function classifyJobFailure(
  source: Pick<HttpFailure, "provider" | "now" | "secrets">,
  id: string,
  error: string | undefined,
): TranscriptionError {
  const bodyText = JSON.stringify({ error, request_id: id });
  const failure = { ...source, status: 200, header: () => undefined, bodyText };
  return classifyAssemblyaiError(failure) ?? classifyHttpFailure(failure);
}

/** True for the failure that detection meets in silence: not an error to whoever asked for text. */
export function isSilence(error: string | undefined): boolean {
  return /no spoken audio/iu.test(error ?? "");
}
