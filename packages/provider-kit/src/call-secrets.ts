import type { HttpCall } from "@earshot/core";

/** Headers whose values are no secret whoever configured them. */
const HARMLESS: ReadonlySet<string> = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "content-type",
  "user-agent",
]);

const SECRET_PARAMETER =
  /(?:^|[-_.])key$|token|secret|auth|passw|signature|credential|^sig$|^code$/iu;

const decodeBasic = (value: string): readonly string[] => {
  const encoded = /^basic\s+([a-z0-9+/]+=*)$/iu.exec(value)?.[1];
  if (encoded === undefined) return [];
  try {
    const pair = atob(encoded);
    return [pair, pair.slice(pair.indexOf(":") + 1)];
  } catch {
    return [];
  }
};

/** A value, and its parts where it is `Bearer KEY` or `name=KEY; other=KEY`. */
const partsOf = (value: string): readonly string[] => {
  const pieces = value.split(/[\s;,]+/u);
  const tokens = pieces.length > 1 && !pieces[0]?.includes("=") ? pieces.slice(1) : pieces;
  const assigned = pieces.flatMap((piece) => /^[\w.-]+=(.+)$/u.exec(piece)?.[1] ?? []);
  return [value, ...tokens, ...assigned, ...decodeBasic(value)];
};

const inHeaders = (headers: HttpCall["headers"]): readonly string[] =>
  Object.entries(headers).flatMap(([name, value]) =>
    HARMLESS.has(name.toLowerCase()) ? [] : partsOf(value),
  );

const decodePart = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
};

const inUrl = (url: string): readonly string[] => {
  if (!/[?@]/u.test(url) || !URL.canParse(url)) return [];
  const { username, password, searchParams } = new URL(url);
  const values = [...searchParams].flatMap(([name, value]) =>
    SECRET_PARAMETER.test(name) ? [value] : [],
  );
  return [username, password, decodePart(username), decodePart(password), ...values];
};

/** A provider's headers are one object for all of its calls. */
const known = new WeakMap<HttpCall["headers"], readonly string[]>();

/** What a call carries that must not be told to anybody. */
interface Carrier {
  readonly call: Pick<HttpCall, "url" | "headers">;
  readonly secrets?: readonly string[];
}

/**
 * Every value that a call authenticates itself with: the given ones, its headers under whatever name,
 * those of its URL. Each appears once; none is empty.
 */
export function secretsOf({ call, secrets = [] }: Carrier): readonly string[] {
  let headers = known.get(call.headers);
  if (headers === undefined) {
    const all = new Set(inHeaders(call.headers));
    all.delete("");
    headers = [...all];
    known.set(call.headers, headers);
  }
  const found = headers;
  const more = [...secrets, ...inUrl(call.url)].filter(
    (secret) => secret !== "" && !found.includes(secret),
  );
  // Nearly always the key is among the headers, and nothing in the URL.
  return more.length === 0 ? headers : [...headers, ...new Set(more)];
}
