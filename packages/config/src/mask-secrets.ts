import type { JsonObject, JsonValue } from "@earshot/core";
import type { EarshotConfig } from "./earshot-config.ts";

const SECRET_WORDS: ReadonlySet<string> = new Set([
  "key",
  "keys",
  "apikey",
  "secret",
  "secrets",
  "token",
  "password",
  "passwd",
  "pwd",
  "passphrase",
  "credential",
  "credentials",
  "auth",
  "authorization",
  "cookie",
  "signature",
  "salt",
  "license",
  "pat",
]);

/** What stands in the place of a secret. */
export const MASK = "***";

/** Whether a value under that key is likely a secret, judged by the words of the name. */
export function isSecretName(name: string): boolean {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => SECRET_WORDS.has(word));
}

const KEY_PREFIX = /^(sk|pk|rk|gsk|xai|hf|ghp|key|bearer|basic)[-_ ]/i;
const DENSE_RUN = /[A-Za-z0-9+]{20,}/g;

/** Whether a text looks like a key itself, wherever it stands. */
export function looksLikeSecret(text: string): boolean {
  if (KEY_PREFIX.test(text)) return true;
  const runs = text.match(DENSE_RUN) ?? [];
  return runs.some((run) => /\d/.test(run) && /[A-Za-z]/.test(run));
}

const NAME = /^(<<|[\w.*/@-]{1,64})$/;
/** A name that is grown together with its value, because the colon or the space got lost. */
const GLUED = /^(api_?key|master_?key|\w*(token|password|secret))[^_\s]\w{5}/i;

/** A key as it may be shown: not when a secret ended up in the place of a key. */
export function shownKey(key: string): string {
  return NAME.test(key) && !GLUED.test(key) && !looksLikeSecret(key) ? key : MASK;
}

const KEY_AND_VALUE =
  /^(?<before>[\s-]*)(?<key>["']?[\w.*/-]{1,80}["']?)(?<colon>\s*:)(?<rest>.*)$/;
const REFERENCE = /^os\.environ\/\w{1,80}$/;
const SIMPLE_VALUE = /^[\w.*/-]{0,60}$/;
const BRACKETED = /^[[{][\w.*/\s,:"'[\]{}-]{0,100}[\]}]$/;

const unquoted = (text: string): string => text.replaceAll(/^["']|["']$/g, "");

/** Whether a text is one bracketed value, without a name or a piece that could be a secret. */
const isPlainBracket = (value: string): boolean => {
  if (!BRACKETED.test(value) || value.split(/\W+/).some(isSecretName)) return false;
  let depth = 0;
  for (const { 0: bracket, index } of value.matchAll(/[[\]{}]/g)) {
    depth += bracket === "[" || bracket === "{" ? 1 : -1;
    if (depth === 0) return index === value.length - 1;
  }
  return false;
};

const maskRest = (rest: string, keyIsShown: boolean): string => {
  const value = rest.replace(/\s#.*$/, "").trim();
  const inner = unquoted(value);
  if (value === "" || REFERENCE.test(inner)) return rest.replace(/\s#.*$/, "");
  const isPlain = SIMPLE_VALUE.test(inner) || isPlainBracket(value);
  if (keyIsShown && isPlain && !looksLikeSecret(inner)) return rest.replace(/\s#.*$/, "");
  return ` ${MASK}`;
};

/**
 * One line of a config file with everything masked but keys, references to environment variables
 * and the plain values of keys that `isShown` vouches for.
 */
export function maskLine(line: string, isShown: (key: string) => boolean): string {
  const parts = KEY_AND_VALUE.exec(line)?.groups;
  if (parts === undefined) {
    const before = /^[\s-]*/.exec(line)?.[0] ?? "";
    return before.length === line.length ? line : `${before}${MASK}`;
  }
  const { before = "", key = "", colon = "", rest = "" } = parts;
  const name = unquoted(key);
  const shown = shownKey(name) === name ? key : MASK;
  return `${before}${shown}${colon}${maskRest(rest, isShown(name))}`;
}

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
