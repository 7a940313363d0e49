import { ERROR_CODES } from "@earshot/core";
import type { ErrorCode } from "@earshot/core";
import { excerptOf, tellsOfDecoding, tellsOfMachine } from "./whose-fault.ts";

/** What vendors call things in `code` and `type`; compared in lower case without punctuation. */
const VENDOR_CODES: Partial<Record<ErrorCode, string>> = {
  quota_exhausted:
    "insufficient_quota quota_exceeded billing_hard_limit_reached billing_not_active " +
    "asr_payment_required payment_required insufficient_credits insufficient_funds " +
    "insufficient_balance credits_exhausted credit_limit_reached",
  overloaded:
    "slow_down overloaded_error server_is_overloaded engine_overloaded " +
    "service_unavailable service_unavailable_error capacity_exceeded system_busy",
  rate_limited:
    "rate_limit_exceeded rate_limit_error too_many_requests too_many_concurrent_requests " +
    "resource_exhausted",
  provider_authentication:
    "invalid_api_key incorrect_api_key missing_api_key api_key_invalid invalid_auth " +
    "invalid_authentication authentication_error unauthenticated invalid_credentials",
  region_blocked:
    "unsupported_country_region_territory unsupported_country unsupported_region " +
    "region_not_supported",
  provider_permission:
    "insufficient_permissions permission_denied permission_error missing_permissions " +
    "model_terms_required organization_restricted account_deactivated",
  provider_model_not_found:
    "deployment_not_found model_not_found model_not_available model_decommissioned",
  service_discontinued: "service_discontinued endpoint_discontinued",
  audio_too_large:
    "audio_too_large file_too_large request_too_large payload_too_large content_too_large " +
    "request_entity_too_large",
  audio_too_long: "audio_too_long input_too_large context_length_exceeded",
  invalid_request: "audio_too_short",
  unsupported_media:
    "unsupported_media_type unsupported_audio_format unsupported_file_format " +
    "invalid_file_format unsupported_format",
  audio_unreadable: "bad_audio invalid_audio audio_corrupt audio_decode_error",
  unsupported_feature: "unsupported_value unsupported_parameter unknown_parameter",
  timeout: "inference_timeout request_timeout gateway_timeout deadline_exceeded",
};

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/gu, "");

const BY_NAME: ReadonlyMap<string, ErrorCode> = new Map(
  ERROR_CODES.flatMap((code) =>
    (VENDOR_CODES[code]?.split(" ") ?? []).map((name) => [plain(name), code] as const),
  ),
);

/** The first of a vendor's own codes that is known: to the vendor's `own` table, or to the common one. */
export function codeByName(
  names: readonly string[],
  own: Readonly<Record<string, ErrorCode>> = {},
): ErrorCode | undefined {
  const owned = names.find((name) => Object.hasOwn(own, name));
  if (owned !== undefined) return own[owned];
  return names.map((name) => BY_NAME.get(plain(name))).find((code) => code !== undefined);
}

interface MessageRule {
  readonly code: ErrorCode;
  readonly applies: (status: number) => boolean;
  readonly pattern: RegExp;
  /** True for what the provider's own failures sound like, too. */
  readonly isDoubtful: boolean;
}

const anyRefusal = (status: number): boolean => status < 500;
/** Statuses by which vendors refuse the audio or the fields; 200 is a failed job. */
const badInput = (status: number): boolean =>
  status < 300 || [400, 404, 406, 409, 413, 415, 422].includes(status);
/** Some servers answer 500 when their decoder fails, which no second attempt mends. */
const badAudio = (status: number): boolean => badInput(status) || status === 500;

const NOT =
  "(?:fail(?:ed|ures?|s)?|unable|cannot|can't|can not|could not|couldn't|errors?|problems?)";
const SOUND = "(?:audio|recording|media|sound|speech|upload\\.wav)";
/** Verbs that only decoders have. */
const DECODE = "(?:decod|demux|pars|transcod)\\w*";

type ToRule = (code: ErrorCode, applies: MessageRule["applies"], pattern: RegExp) => MessageRule;

const surely: ToRule = (code, applies, pattern) => ({ code, applies, pattern, isDoubtful: false });
const maybe: ToRule = (code, applies, pattern) => ({ code, applies, pattern, isDoubtful: true });

/** In order: the first pattern that is found in the vendor's sentence wins. */
const MESSAGE_RULES: readonly MessageRule[] = [
  surely(
    "quota_exhausted",
    anyRefusal,
    /\b(?:negative|insufficient|not enough|no remaining)\b.{0,30}\b(?:balance|funds|credits?|quota)\b|\bbalance\b.{0,20}\b(?:negative|too low|insufficient|exhausted)|exceeded your current quota|payment required|out of credits|credits? (?:has |have |is |are )?(?:been )?(?:exhausted|depleted|used up)|billing (?:hard )?limit/iu,
  ),
  surely(
    "region_blocked",
    anyRefusal,
    /\b(?:country|region|territory|location)\b.{0,40}\b(?:not supported|not available|unsupported|blocked|restricted|not allowed)|\b(?:not supported|not available|unsupported|blocked|unavailable) in your (?:country|region|location)/iu,
  ),
  surely(
    "provider_authentication",
    anyRefusal,
    /\b(?:invalid|incorrect|missing|no) api[ _-]?key|api[ _-]?key (?:is )?(?:not valid|invalid|missing)/iu,
  ),
  surely(
    "service_discontinued",
    anyRefusal,
    /\b(?:service|endpoint|api|product)\b.{0,40}\b(?:discontinued|shut ?down|sunset|retired|no longer available)/iu,
  ),
  maybe(
    "audio_too_long",
    badInput,
    /longer than [\d.,]+ ?(?:s|sec|seconds|min|minutes|h|hours)\b|\b(?:audio|file|media|recording|duration)\b.{0,60}\b(?:too long|exceeds? .{0,30}(?:duration|seconds|minutes|hours))|\bduration\b.{0,40}\bexceed|tokens\b.{0,60}\btoo (?:large|long)|maximum context length/iu,
  ),
  maybe(
    "audio_too_large",
    badInput,
    /\b(?:file|audio|payload|body|content|upload|entity|request)\b(?!.{0,30}\b(?:headers?|cookies?|ur[il])\b).{0,30}\btoo (?:large|big)|(?:content|file|upload|request|body|audio) size\b.{0,40}\b(?:exceed|limit|larger)|\b(?:file|audio|media|upload|payload|body|request|content)\b.{0,40}\bexceed\w* .{0,40}\b(?:size|bytes|[kmg]i?b)\b/iu,
  ),
  maybe(
    "invalid_request",
    badInput,
    /\b(?:audio|file|media|recording|duration)\b.{0,60}\b(?:too short|shorter than)/iu,
  ),
  maybe(
    "unsupported_media",
    badAudio,
    /invalid file format|corrupt\w* or unsupported|unsupported or corrupt|\bunsupported\b.{0,20}\b(?:audio|file|media|codec|container|encoding|mime|content[ -]type)|(?:file|audio|media) (?:format|type|codec)\b.{0,60}\b(?:not (?:supported|recogni[sz]ed)|unsupported|invalid)|unrecogni[sz]ed (?:file|audio) format/iu,
  ),
  maybe(
    "audio_unreadable",
    badAudio,
    new RegExp(
      `\\b${NOT}(?: (?:to|in|on|of|while|when|during|be))* ${DECODE}\\b[^.;]{0,40}\\b${SOUND}\\b|\\b${SOUND}\\b[^.;]{0,40}\\b${NOT}(?: to)?(?: be)? ${DECODE}|\\b${SOUND}\\b[^.;]{0,30}\\b(?:corrupt|damaged)|\\bcorrupt\\w* (?:\\w+ )?${SOUND}\\b|\\bno audio (?:streams?|tracks?)\\b|\\b(?:audio|recording) (?:file )?is empty|\\b(?:empty|zero[- ]length) audio\\b`,
      "iu",
    ),
  ),
  maybe(
    "audio_unreadable",
    badInput,
    /\bdecoding (?:failed|error)\b(?!.{0,30}\b(?:json|tokens?|beam|base64|utf|response)\b)|could not (?:be )?decoded?\b(?!.{0,20}\b(?:json|response|tokens?|base64|utf|body|request|headers?)\b)|\b(?:files?|uploads?|data|input)\b[^.;]{0,30}\bcorrupt|\bcorrupt\w*\b.{0,20}\b(?:files?|uploads?|data|input|frames?)\b|(?:fail(?:ed|ure)?|unable|cannot|can't|could not|couldn't)(?: to)? (?:decod|pars)\w*\b.{0,40}\bfile\b|\[[\w,]+ @ (?:0x)?[0-9a-f]+\]|upload\.wav['"]?: end of file|\b(?:not (?:seem to be |appear to be )?an?|is it an?) (?:valid|playable|readable) (?:audio|media|sound)|(?:invalid|malformed|bad|broken|not a valid) audio\b(?! (?:\w+ )?(?:services?|servers?|engines?|back-?ends?|models?|apis?|endpoints?))|\b(?:audio|file|recording) (?:file )?is empty|empty (?:audio|file)/iu,
  ),
  maybe(
    "audio_unreadable",
    badInput,
    /^(?!.*\b(?:try again|retry|right now|temporar\w+|time|moment|account|subscription|upstream)\b).*(?:fail(?:ed|ure)?|unable|cannot|can't|could not|couldn't)(?: to)? (?:read|load|open)\w*\b.{0,40}\b(?:audio|file|media|recording)\b/imu,
  ),
  surely(
    "provider_model_not_found",
    badInput,
    /\b(?:no such|unknown|invalid) (?:model|deployment)|\b(?:model|deployment)\b.{0,100}\b(?:not found|(?:does not|doesn't) exist|decommissioned|no longer (?:available|supported|exists))/iu,
  ),
  maybe(
    "unsupported_feature",
    badInput,
    /\b(?:is|are) not (?:supported|compatible)|\b(?:does not|doesn't|do not) support\b|\bunsupported (?:parameter|value|option|language|response_format)|\bunknown parameter/iu,
  ),
];

/** The code that a vendor's sentence stands for, given the status it came with. */
export function codeByMessage(message: string, status: number): ErrorCode | undefined {
  const text = excerptOf(message);
  const isDecoding = badAudio(status) && tellsOfDecoding(text);
  const isSure = isDecoding || tellsOfMachine(text);
  const found = MESSAGE_RULES.find(
    ({ applies, pattern, isDoubtful }) =>
      applies(status) && !(isSure && isDoubtful) && pattern.test(text),
  );
  return found?.code ?? (isDecoding ? "audio_unreadable" : undefined);
}

const BY_STATUS: Readonly<Record<number, ErrorCode>> = {
  401: "provider_authentication",
  402: "quota_exhausted",
  403: "provider_permission",
  404: "provider_model_not_found",
  408: "timeout",
  410: "service_discontinued",
  413: "audio_too_large",
  415: "unsupported_media",
  429: "rate_limited",
  451: "region_blocked",
  498: "overloaded",
  503: "overloaded",
  504: "timeout",
  524: "timeout",
  529: "overloaded",
};

/** What a status means when the body says nothing that is known. */
export function codeByStatus(status: number): ErrorCode {
  const code = BY_STATUS[status];
  if (code !== undefined) return code;
  // A failed job is reported with a success; any other refusal blames nobody.
  return status >= 500 || (status >= 200 && status < 300) ? "provider_error" : "bad_response";
}
