import { TranscriptionError } from "@earshot/core";
import type { ProviderSettings } from "@earshot/core";
import { asString, requireBaseUrl, requireSetting } from "@earshot/provider-kit";

/** Where a deployment calls, and with which headers. */
export interface DeepgramAddress {
  /** Without `/v1/listen`. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The key itself, to be kept out of messages. */
  readonly secret: string;
}

const KIND = "deepgram";

/** Tokens of `/v1/auth/grant` are JSON web tokens; API keys have no dots. */
const JSON_WEB_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/u;

const schemeOf = (prefix: string | undefined, secret: string): string => {
  if (prefix !== undefined) return prefix.toLowerCase() === "bearer" ? "Bearer" : "Token";
  return JSON_WEB_TOKEN.test(secret) ? "Bearer" : "Token";
};

const lowerCased = (headers: Readonly<Record<string, string>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));

/** The address without the path that is added to it, whichever part of that it has already. */
const toRoot = (baseUrl: string): string => {
  const [address = "", query] = baseUrl.split("?", 2);
  const root = address
    .replace(/\/+$/u, "")
    .replace(/\/listen$/iu, "")
    .replace(/\/v1$/iu, "");
  return query === undefined ? root : `${root}?${query}`;
};

const baseUrlOf = ({ baseUrl, extra }: ProviderSettings): string => {
  const region = asString(extra?.["region"]);
  if (baseUrl !== undefined && baseUrl.trim() !== "") {
    if (region === undefined) return toRoot(requireBaseUrl(KIND, baseUrl));
    throw new TranscriptionError(
      "invalid_request",
      "Deepgram takes `region` or `api_base` (also from DEEPGRAM_API_BASE), not both: remove one of them.",
      { param: "region", provider: KIND },
    );
  }
  return region === undefined ? "https://api.deepgram.com" : `https://api.${region}.deepgram.com`;
};

/**
 * Reads address and credentials from the settings. A key may carry its scheme (`Token …`,
 * `Bearer …`); a JSON web token is sent as `Bearer`, every other key as `Token`.
 *
 * @see https://developers.deepgram.com/guides/fundamentals/authenticating
 * @see https://developers.deepgram.com/reference/regional-endpoints
 */
export function toDeepgramAddress(settings: ProviderSettings): DeepgramAddress {
  const [, prefix, rest] = /^\s*(token|bearer)\s+(.+)$/isu.exec(settings.apiKey ?? "") ?? [];
  const secret = requireSetting(KIND, "apiKey", rest ?? settings.apiKey);
  const authorization = `${schemeOf(prefix, secret)} ${secret}`;
  const headers = { authorization, ...lowerCased(settings.headers) };
  return { baseUrl: baseUrlOf(settings), headers, secret };
}
