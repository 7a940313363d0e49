import { ERROR_CODES, ERROR_POLICY, nearestName } from "@earshot/core";
import type { ErrorCode } from "@earshot/core";
import { z } from "zod";
import type { ConfigNode, ConfigPath } from "../config-node.ts";
import type { PerErrorCode } from "../earshot-config.ts";
import { field } from "../field.ts";
import type { Field, FieldText } from "../field.ts";
import { shownKey } from "../mask-secrets.ts";
import { parseNumber } from "../number-field.ts";
import type { Problems } from "../problems.ts";

/** LiteLLM's exception classes, and the codes that mean the same here. */
const CODES_OF_CLASS: Readonly<Record<string, readonly ErrorCode[]>> = {
  BadRequestError: [
    "invalid_request",
    "request_refused",
    "unsupported_feature",
    "unsupported_media",
    "audio_unreadable",
    "audio_too_large",
    "audio_too_long",
  ],
  AuthenticationError: ["provider_authentication", "provider_permission"],
  NotFoundError: ["provider_model_not_found"],
  TimeoutError: ["timeout"],
  RateLimitError: ["rate_limited", "quota_exhausted"],
  InternalServerError: ["provider_error", "bad_response"],
  ServiceUnavailableError: ["overloaded"],
  BadGatewayError: ["network"],
  // Chat providers refuse content; no transcription provider does.
  ContentPolicyViolationError: [],
};

type Suffix = "Retries" | "AllowedFails";

/** The codes after which another attempt can make sense. */
const RETRIED_CODES: readonly ErrorCode[] = ERROR_CODES.filter(
  (code) => ERROR_POLICY[code].retry !== "never",
);

const keysOf = (suffix: Suffix): readonly string[] => [
  ...Object.keys(CODES_OF_CLASS).map((name) => `${name}${suffix}`),
  ...RETRIED_CODES,
];

const codesOf = (key: string, suffix: Suffix): readonly ErrorCode[] | undefined => {
  const code = RETRIED_CODES.find((candidate) => candidate === key);
  if (code !== undefined) return [code];
  const name = key.endsWith(suffix) ? key.slice(0, -suffix.length) : "";
  return Object.hasOwn(CODES_OF_CLASS, name) ? CODES_OF_CLASS[name] : undefined;
};

const COUNT = "a whole number of 0 or more";

const schemaOf = (suffix: Suffix): z.ZodType<PerErrorCode> =>
  z
    .record(z.string(), z.unknown(), { error: "a mapping of errors to numbers" })
    .transform((policy, context): PerErrorCode => {
      const counts: Partial<Record<ErrorCode, number>> = {};
      for (const [key, written] of Object.entries(policy)) {
        const count = typeof written === "string" ? parseNumber(written) : undefined;
        if (count === undefined || count < 0 || !Number.isInteger(count))
          context.addIssue({ code: "custom", path: [key], message: COUNT });
        else for (const code of codesOf(key, suffix) ?? []) counts[code] = count;
      }
      return counts;
    });

const describeKey = (key: string, suffix: Suffix): string => {
  const codes = codesOf(key, suffix) ?? [];
  if (codes.length === 0) return "Has no meaning for audio: providers do not refuse what is said.";
  const what = suffix === "Retries" ? "Retries after" : "Failures before a cooldown, of";
  return `${what} ${codes.map((code) => `\`${code}\``).join(", ")}.`;
};

const schemaFor = (suffix: Suffix): Readonly<Record<string, unknown>> => ({
  type: "object",
  properties: Object.fromEntries(
    keysOf(suffix).map((key) => [
      key,
      { description: describeKey(key, suffix), type: "integer", minimum: 0 },
    ]),
  ),
  additionalProperties: false,
});

const policyField = (about: FieldText, suffix: Suffix): Field<PerErrorCode, undefined> =>
  field(schemaOf(suffix), {
    ...about,
    expected: "a mapping of errors to numbers",
    example: `{ TimeoutError${suffix}: 3 }`,
    shown: true,
    jsonSchema: schemaFor(suffix),
  });

/** Retries by kind of error: LiteLLM's `…ErrorRetries`, or Earshot's own error codes. */
export function retryPolicy(about: FieldText): Field<PerErrorCode, undefined> {
  return policyField(about, "Retries");
}

/** Retries by kind of error, for each model group. */
export function groupRetryPolicies(
  about: FieldText,
): Field<Readonly<Record<string, PerErrorCode>>, undefined> {
  const expected = "a mapping of model groups to retry policies";
  const schema = z.record(z.string(), schemaOf("Retries"), { error: expected });
  return field(schema, {
    ...about,
    expected,
    example: "{ whisper: { TimeoutErrorRetries: 3 } }",
    shown: true,
    jsonSchema: { type: "object", additionalProperties: schemaFor("Retries") },
  });
}

/** Warns about the keys of a policy that name no error of transcription. */
export function tellPolicyKeys(policy: ConfigNode, path: ConfigPath, problems: Problems): void {
  const suffix: Suffix = path.includes("allowed_fails_policy") ? "AllowedFails" : "Retries";
  const entries = policy.type === "map" ? [...policy.entries] : [];
  for (const [key, { place }] of entries) {
    const codes = codesOf(key, suffix);
    if (codes !== undefined && codes.length > 0) continue;
    const nearest = nearestName(key, keysOf(suffix));
    problems.warn({
      place,
      path: [...path, key],
      message:
        codes === undefined
          ? `\`${shownKey(key)}\` is not a kind of error and is ignored.`
          : `\`${key}\` has no meaning for audio and is ignored: providers do not refuse what is said.`,
      remedy:
        nearest === undefined || codes !== undefined
          ? "Remove it."
          : `Did you mean \`${nearest}\`?`,
    });
  }
}

/** Failures before a cooldown by kind of error: LiteLLM's `…ErrorAllowedFails`, or own codes. */
export function allowedFailsPolicy(about: FieldText): Field<PerErrorCode, undefined> {
  return policyField(about, "AllowedFails");
}
