import type { JsonObject, JsonValue } from "@earshot/core";
import type { EarshotConfig } from "./earshot-config.ts";
import { isSecretName, looksLikeSecret, MASK } from "./mask-secrets.ts";

const maskedUrl = (url: string): string => {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  const hasSecret = parsed.username !== "" || parsed.password !== "" || parsed.search !== "";
  // Names and passwords, and keys that some providers take in the query.
  return hasSecret ? `${parsed.protocol}//${parsed.host}${parsed.pathname}?${MASK}` : url;
};

const maskedText = (text: string, name: string): string => {
  if (isSecretName(name) || looksLikeSecret(text)) return MASK;
  return text.includes("://") ? maskedUrl(text) : text;
};

const masked = (value: unknown, name: string): JsonValue => {
  if (typeof value === "string") return maskedText(value, name);
  if (typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((item: unknown) => masked(item, name));
  return typeof value === "object" && value !== null ? maskedObject(value) : null;
};

const maskedObject = (value: object): JsonObject =>
  Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [key, masked(inner, key)]),
  );

const allMasked = (values: Readonly<Record<string, unknown>>): JsonObject =>
  Object.fromEntries(Object.keys(values).map((name) => [name, MASK]));

/**
 * The config as plain JSON to print: keys, headers, environment variables and whatever looks like a
 * secret are `***`.
 */
export function redactConfig(config: EarshotConfig): JsonObject {
  const { deployments, environment, ...rest } = config;
  return {
    deployments: deployments.map(({ extraHeaders, ...deployment }) => ({
      ...maskedObject(deployment),
      extraHeaders: allMasked(extraHeaders),
    })),
    ...maskedObject(rest),
    environment: allMasked(environment),
  };
}
