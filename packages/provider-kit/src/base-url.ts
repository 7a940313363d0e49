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

/**
 * Reads the address of an API as every transport can call it: the host in its plain form, no dot
 * at its end, no default port, no fragment, no slash at the end of its path, none of the endpoints that people paste along.
 * A text without a usable address comes back as what is wrong, for the end of "needs an address …".
 */
export function readBaseUrl(
  text: string,
  endpoints: readonly string[],
): { readonly url: string } | { readonly fault: string } {
  const trimmed = text.trim();
  const fault = faultOf(trimmed);
  if (fault !== undefined) return { fault };
  const { protocol, hostname, port, pathname, search } = new URL(trimmed);
  // Certificates and most servers know no names with the dot of the root at their end.
  const host = `${hostname.replace(/\.$/u, "")}${port === "" ? "" : `:${port}`}`;
  return { url: `${protocol}//${host}${withoutEndpoint(pathname, endpoints)}${search}` };
}
