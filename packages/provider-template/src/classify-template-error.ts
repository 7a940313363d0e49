import type { TranscriptionError } from "@earshot/core";
import { classifyHttpFailure } from "@earshot/provider-kit";
import type { HttpFailure, VendorNames } from "@earshot/provider-kit";

/** Only what the common rules would take for something else. */
const NAMES: VendorNames = { codes: { unreadable: "audio_unreadable" } };

/**
 * The vendor's own codes where they say more than its status, otherwise the common rules.
 *
 * @see https://template.example/docs/errors
 */
export const classifyTemplateError = (failure: HttpFailure): TranscriptionError =>
  classifyHttpFailure(failure, NAMES);
