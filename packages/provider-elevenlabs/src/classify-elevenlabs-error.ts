import type { TranscriptionError } from "@earshot/core";
import { classifyHttpFailure } from "@earshot/provider-kit";
import type { HttpFailure, VendorNames } from "@earshot/provider-kit";

const NAMES: VendorNames = {
  codes: {
    concurrent_limit_exceeded: "rate_limited",
    // Free accounts behind a VPN or a cloud: no wrong key, and no other key of the account helps.
    detected_unusual_activity: "provider_permission",
    empty_file: "audio_unreadable",
    feature_not_available: "provider_permission",
    invalid_authorization_header: "provider_authentication",
    invalid_model_id: "provider_model_not_found",
    model_access_denied: "provider_permission",
    needs_authorization: "provider_authentication",
    paid_plan_required: "quota_exhausted",
    subscription_required: "quota_exhausted",
    unsupported_model: "provider_model_not_found",
    // What some routes answer with when there is no key at all.
    workspace_not_found: "provider_authentication",
  },
  params: { keyterms: "keywords", language_code: "language", model_id: "model", source_url: "url" },
};

/**
 * Classifies a refusal: `detail` as an object with codes, as FastAPI's list or as a sentence, and
 * `error`. A 401 may mean an empty account, a missing permission or a wrong key.
 *
 * @see https://elevenlabs.io/docs/eleven-api/resources/errors
 */
export const classifyElevenlabsError = (failure: HttpFailure): TranscriptionError =>
  classifyHttpFailure(failure, NAMES);
