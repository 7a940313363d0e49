import { TranscriptionError } from "@earshot/core";
import type { ProviderSettings } from "@earshot/core";
import { asString } from "./loose-readers.ts";

/**
 * The error for a setting that a provider cannot use, `invalid_request`: what is wrong and how to mend
 * it, a sentence each, without the value.
 */
export function settingError(
  provider: string,
  setting: string,
  { problem, remedy }: { readonly problem: string; readonly remedy: string },
): TranscriptionError {
  const details = { provider, param: setting, setting, remedy };
  return new TranscriptionError("invalid_request", problem, details);
}

const configName = (name: string): string =>
  name === "baseUrl" ? "api_base" : name.replace(/[A-Z]/gu, (letter) => `_${letter.toLowerCase()}`);

const refuse = (kind: string, name: string, fault: string): TranscriptionError =>
  settingError(kind, name, {
    problem: `The provider ${kind} ${fault}.`,
    remedy:
      `Set \`${configName(name)}\` under \`litellm_params\` in the config, ` +
      `or pass \`${name}\` when the provider is created in code.`,
  });

/**
 * The setting without surrounding space. Throws `invalid_request` that names it, and never shows its
 * value, when it is missing, empty or cannot be sent in a header.
 */
export function requireSetting(kind: string, name: string, value: string | undefined): string {
  const trimmed = value?.trim() ?? "";
  if (trimmed === "") throw refuse(kind, name, `needs the setting \`${name}\``);
  if (!/^[\u0020-\u007e]+$/u.test(trimmed)) {
    const fault = "it holds a line break or a non-ASCII character";
    throw refuse(kind, name, `cannot use its setting \`${name}\`, ${fault}`);
  }
  if (name === "apiKey" && trimmed.includes(" "))
    throw refuse(kind, name, "takes a key without spaces and without `Bearer` in front");
  return trimmed;
}

/** As `requireSetting`, but undefined for a setting that is missing or empty. */
export function readSetting(
  kind: string,
  name: string,
  value: string | undefined,
): string | undefined {
  return (value?.trim() ?? "") === "" ? undefined : requireSetting(kind, name, value);
}

/**
 * The provider's own setting `region`, in place of a base URL; undefined without one. Throws
 * `invalid_request` when both are given.
 */
export function readRegion(
  kind: string,
  displayName: string,
  { baseUrl, extra }: ProviderSettings,
): string | undefined {
  const region = asString(extra?.["region"]);
  if (region === undefined || (baseUrl?.trim() ?? "") === "") return region;
  const variable = `${kind.toUpperCase()}_API_BASE`;
  const problem = `${displayName} takes \`region\` or \`api_base\` (also from ${variable}), not both.`;
  throw settingError(kind, "region", { problem, remedy: "Remove one of them." });
}

/** Hosts as names of letters, digits, hyphens and underscores, or as IPv6 in brackets. */
const HOST =
  /^(?:\[[0-9a-f:.]+\]|(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.?)$/u;

/** Each says what is wrong, for the end of "needs an address …", and how that is seen in the text. */
const FAULTS: readonly (readonly [words: string, fault: RegExp])[] = [
  ["without spaces or line breaks, and nothing after it", /[\s\p{Cc}\p{Cf}]/u],
  ["without backslashes", /\\/u],
  ["that starts with https:// or http://", /^(?!https?:\/\/[^/?#])/iu],
  ["with one https:// or http:// in front", /^https?:\/\/(?:https?|wss?):?\/\//iu],
  ["that is one alone, without a list", /[,;]\s*https?:\/\//iu],
  ["without the sign at its end", /[,;"'<>`]$/u],
  ["whose % signs are followed by two hexadecimal digits", /%(?![0-9a-f]{2})/iu],
];

/** What keeps a text from being the address of an API, for the end of "needs an address …". */
const faultOf = (text: string): string | undefined => {
  const fault = FAULTS.find(([, pattern]) => pattern.test(text));
  if (fault !== undefined) return fault[0];
  if (!URL.canParse(text))
    return "with a host, and a port from 1 to 65535 if any (IPv6 in brackets)";
  const { hostname, port, username, password } = new URL(text);
  if (username !== "" || password !== "")
    return "without a user name and password (a header such as `Authorization: Basic …` can be set as one of `extra_headers`)";
  if (!HOST.test(hostname) || hostname.length > 253)
    return "whose host is a name of letters, digits and hyphens, or an IP address";
  return port === "0" ? "with a port from 1 to 65535" : undefined;
};

const withoutEndpoint = (path: string, endpoints: readonly string[]): string => {
  const trimmed = path.replace(/\/+$/u, "");
  const endpoint = endpoints.find((one) => trimmed.toLowerCase().endsWith(one));
  return endpoint === undefined ? trimmed : trimmed.slice(0, -endpoint.length).replace(/\/+$/u, "");
};

/** The paths that OpenAI's documentation shows behind its base URL. */
const OPENAI_ENDPOINTS = ["/audio/transcriptions", "/audio/translations"] as const;

/**
 * The base URL as every transport can call it: the host in its plain form, no default port, no
 * fragment, no slash at its end, and none of the `endpoints` (paths in lower case, by default
 * OpenAI's) that people paste along with it. Throws `invalid_request`, without the value, when it is
 * missing or cannot be called.
 */
export function requireBaseUrl(
  kind: string,
  value: string | undefined,
  endpoints: readonly string[] = OPENAI_ENDPOINTS,
): string {
  const trimmed = value?.trim() ?? "";
  if (trimmed === "") throw refuse(kind, "baseUrl", "needs the setting `baseUrl`");
  const fault = faultOf(trimmed);
  if (fault !== undefined) throw refuse(kind, "baseUrl", `needs an address ${fault}`);
  const { protocol, hostname, port, pathname, search } = new URL(trimmed);
  // Certificates and most servers know no names with the dot of the root at their end.
  const host = `${hostname.replace(/\.$/u, "")}${port === "" ? "" : `:${port}`}`;
  return `${protocol}//${host}${withoutEndpoint(pathname, endpoints)}${search}`;
}

/** What HTTP itself writes into each call; anything else there breaks the call. */
const RESERVED_HEADERS: ReadonlySet<string> = new Set(
  "connection content-length expect keep-alive proxy-connection te trailer transfer-encoding upgrade".split(
    " ",
  ),
);

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
    const problem = `The provider ${kind} ${fault}.`;
    const remedy = "Change or remove it under `extra_headers`.";
    throw settingError(kind, "headers", { problem, remedy });
  }
}
