import { TranscriptionError } from "@earshot/core";
import type { ErrorCode } from "@earshot/core";
import { classifyHttpFailure, readVendorError } from "@earshot/provider-kit";
import type { HttpFailure } from "@earshot/provider-kit";

/** Only what the common rules would take for something else. */
const CODES: Readonly<Record<string, ErrorCode>> = {
  unreadable: "audio_unreadable",
};

/**
 * The vendor's own codes where they say more than its status; undefined leaves the failure to the
 * common rules.
 *
 * @see https://template.example/docs/errors
 */
export function classifyTemplateError(failure: HttpFailure): TranscriptionError | undefined {
  const [name = ""] = readVendorError(failure.bodyText).codes;
  const code = Object.hasOwn(CODES, name) ? CODES[name] : undefined;
  if (code === undefined) return undefined;
  const { message, requestId } = classifyHttpFailure(failure);
  return new TranscriptionError(code, message, {
    provider: failure.provider,
    upstreamStatus: failure.status,
    param: "file",
    ...(requestId === undefined ? {} : { requestId }),
  });
}
