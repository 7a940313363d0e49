import { TranscriptionError } from "@earshot/core";
import { readBaseUrl } from "./base-url.ts";

const CONFIG_NAMES: Readonly<Record<string, string>> = { baseUrl: "api_base" };

const configName = (name: string): string =>
  CONFIG_NAMES[name] ?? name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);

const refuse = (kind: string, name: string, problem: string): TranscriptionError =>
  new TranscriptionError(
    "invalid_request",
    `The provider ${kind} ${problem}: set \`${configName(name)}\` under \`litellm_params\` in the config, ` +
      `or pass \`${name}\` when the provider is created in code.`,
    { param: name, provider: kind },
  );

/**
 * The setting without surrounding space. Throws `invalid_request` that names it, and never shows its
 * value, when it is missing, empty or cannot be sent in a header.
 */
export function requireSetting(kind: string, name: string, value: string | undefined): string {
  const trimmed = value?.trim() ?? "";
  if (trimmed === "") throw refuse(kind, name, `needs the setting \`${name}\``);
  if (!/^[\u0020-\u007e]+$/u.test(trimmed)) {
    throw refuse(
      kind,
      name,
      `cannot use its setting \`${name}\`, it holds a line break or a non-ASCII character`,
    );
  }
  if (name === "apiKey" && trimmed.includes(" "))
    throw refuse(kind, name, "takes a key without spaces and without `Bearer` in front");
  return trimmed;
}

/** The paths that OpenAI's documentation shows behind its base URL. */
const OPENAI_ENDPOINTS = ["/audio/transcriptions", "/audio/translations"] as const;

/**
 * The base URL as every transport can call it, without slash at its end and without one of the
 * `endpoints` (paths in lower case, by default OpenAI's) that people paste along with it. Throws
 * `invalid_request`, without the value, when it is missing or cannot be called.
 */
export function requireBaseUrl(
  kind: string,
  value: string | undefined,
  endpoints: readonly string[] = OPENAI_ENDPOINTS,
): string {
  if ((value?.trim() ?? "") === "") throw refuse(kind, "baseUrl", "needs the setting `baseUrl`");
  const read = readBaseUrl(value ?? "", endpoints);
  if ("fault" in read) throw refuse(kind, "baseUrl", `needs an address ${read.fault}`);
  return read.url;
}

/** What HTTP itself writes into each call; anything else there breaks the call. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "keep-alive",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

const faultOfHeader = (name: string, value: string): string | undefined => {
  if (!/^[\w!#$%&'*+.^`|~-]+$/u.test(name)) return "cannot send a header of this name";
  if (RESERVED_HEADERS.has(name.toLowerCase()))
    return `cannot send the header ${name}, which HTTP writes itself`;
  return /[^\t\u0020-\u007e\u0080-\u00ff]/u.test(value)
    ? `cannot send the header ${name}, its value holds a line break or a letter outside of Latin-1`
    : undefined;
};

/** Throws `invalid_request`, without the value, for a header that no transport can send. */
export function requireHeaders(kind: string, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) {
    const fault = faultOfHeader(name, value);
    if (fault === undefined) continue;
    throw new TranscriptionError(
      "invalid_request",
      `The provider ${kind} ${fault}. Change or remove it under \`extra_headers\`.`,
      { param: "headers", provider: kind },
    );
  }
}
