import type { ErrorCode } from "@earshot/core";

type CodeNames = readonly [code: ErrorCode, ...names: string[]];

/** What vendors call things in `code` and `type`; compared in lower case without punctuation. */
const VENDOR_CODES: readonly CodeNames[] = [
  [
    "quota_exhausted",
    "insufficient_quota",
    "quota_exceeded",
    "billing_hard_limit_reached",
    "billing_not_active",
    "asr_payment_required",
    "payment_required",
    "insufficient_credits",
    "insufficient_funds",
    "insufficient_balance",
    "credits_exhausted",
    "credit_limit_reached",
  ],
  [
    "overloaded",
    "slow_down",
    "overloaded_error",
    "server_is_overloaded",
    "engine_overloaded",
    "service_unavailable",
    "service_unavailable_error",
    "capacity_exceeded",
    "system_busy",
  ],
  [
    "rate_limited",
    "rate_limit_exceeded",
    "rate_limit_error",
    "too_many_requests",
    "too_many_concurrent_requests",
    "resource_exhausted",
  ],
  [
    "provider_authentication",
    "invalid_api_key",
    "incorrect_api_key",
    "missing_api_key",
    "api_key_invalid",
    "invalid_auth",
    "invalid_authentication",
    "authentication_error",
    "unauthenticated",
    "invalid_credentials",
  ],
  [
    "region_blocked",
    "unsupported_country_region_territory",
    "unsupported_country",
    "unsupported_region",
    "region_not_supported",
  ],
  [
    "provider_permission",
    "insufficient_permissions",
    "permission_denied",
    "permission_error",
    "missing_permissions",
    "model_terms_required",
    "organization_restricted",
    "account_deactivated",
  ],
  [
    "provider_model_not_found",
    "deployment_not_found",
    "model_not_found",
    "model_not_available",
    "model_decommissioned",
  ],
  ["service_discontinued", "service_discontinued", "endpoint_discontinued"],
  [
    "audio_too_large",
    "audio_too_large",
    "file_too_large",
    "request_too_large",
    "payload_too_large",
    "content_too_large",
    "request_entity_too_large",
  ],
  ["audio_too_long", "audio_too_long", "input_too_large", "context_length_exceeded"],
  ["invalid_request", "audio_too_short"],
  [
    "unsupported_media",
    "unsupported_media_type",
    "unsupported_audio_format",
    "unsupported_file_format",
    "invalid_file_format",
    "unsupported_format",
  ],
  ["audio_unreadable", "bad_audio", "invalid_audio", "audio_corrupt", "audio_decode_error"],
  ["unsupported_feature", "unsupported_value", "unsupported_parameter", "unknown_parameter"],
  ["timeout", "inference_timeout", "request_timeout", "gateway_timeout", "deadline_exceeded"],
];

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/gu, "");

const BY_NAME: ReadonlyMap<string, ErrorCode> = new Map(
  VENDOR_CODES.flatMap(([code, ...names]) =>
    names.map((name): [string, ErrorCode] => [plain(name), code]),
  ),
);

/** The first of a vendor's own codes that is known. */
export function codeByName(names: readonly string[]): ErrorCode | undefined {
  for (const name of names) {
    const code = BY_NAME.get(plain(name));
    if (code !== undefined) return code;
  }
  return undefined;
}
