import { doAtOnce } from "@earshot/core";
import type { HttpCall, LongWork } from "@earshot/core";

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
const ofHeaders = new WeakMap<HttpCall["headers"], readonly string[]>();

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
  let headers = ofHeaders.get(call.headers);
  if (headers === undefined) {
    const all = new Set(inHeaders(call.headers));
    all.delete("");
    headers = [...all];
    ofHeaders.set(call.headers, headers);
  }
  const found = headers;
  const more = [...secrets, ...inUrl(call.url)].filter(
    (secret) => secret !== "" && !found.includes(secret),
  );
  // Nearly always the key is among the headers, and nothing in the URL.
  return more.length === 0 ? headers : [...headers, ...new Set(more)];
}

/** Nobody says such a thing; a shorter secret may be a word, as are the keys of servers without any. */
const isUnspeakable = (secret: string): boolean =>
  !/\s/u.test(secret) &&
  (secret.length >= 16 || (secret.length >= 8 && /\d/u.test(secret) && /\p{L}/u.test(secret)));

/** Base64 of something that contains the secret, by the place of its first byte in a group of three. */
const inBase64 = (secret: string): readonly string[] => {
  const bytes = String.fromCharCode(...new TextEncoder().encode(secret.slice(0, 1000)));
  return [0, 1, 2].flatMap((offset) => {
    const whole = btoa(
      `${"\0".repeat(offset)}${bytes}`.slice(0, -((bytes.length + offset) % 3) || undefined),
    );
    // The first characters also tell of what is in front.
    const own = whole.slice(offset === 0 ? 0 : offset + 1);
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
};

const SHORTEST_SPELLING = 8;

const spellingsOf = (secret: string): readonly string[] => {
  const whole = secret.toWellFormed();
  const encoded = encodeURIComponent(whole);
  return [
    whole,
    encoded,
    encoded.replaceAll(/%[\dA-F]{2}/gu, (code) => code.toLowerCase()),
    ...inBase64(whole),
  ].filter((spelling) => spelling.length >= SHORTEST_SPELLING);
};

/** The secrets of a provider are one list for most of its calls. */
const spellingsIn = new WeakMap<readonly string[], readonly string[]>();

/** What to look for: the secrets that could not be speech, as they are, percent-encoded and in Base64. */
export function unspeakableIn(secrets: readonly string[]): readonly string[] {
  const before = spellingsIn.get(secrets);
  if (before !== undefined) return before;
  const found = [...new Set(secrets.filter(isUnspeakable).flatMap(spellingsOf))];
  spellingsIn.set(secrets, found);
  return found;
}

/** Escapes of what secrets are made of, in JSON and in languages like it. */
const ESCAPE = /\\(?:(?:u00|x)[\da-f]{2}|["'\\/])/giu;

const unescape = (text: string): string =>
  text.replaceAll(ESCAPE, (escape) =>
    escape.length === 2
      ? escape.slice(1)
      : String.fromCharCode(Number.parseInt(escape.slice(-2), 16)),
  );

const SLICE_CHARACTERS = 64 * 1024;
const LONGEST_ESCAPE = 6;
/** JSON in JSON is escaped twice. */
const LEVELS = 2;

/** Looks at slices that overlap, so that none takes long and nothing is cut in two unseen. */
function* isEscapedIn(text: string, spellings: readonly string[]): LongWork<boolean> {
  const longest = Math.max(...spellings.map(({ length }) => length));
  const overlap = longest * LONGEST_ESCAPE * LEVELS;
  for (let from = 0; from < text.length; from += SLICE_CHARACTERS) {
    if (from > 0) yield;
    let slice = text.slice(from, from + SLICE_CHARACTERS + overlap);
    for (let level = 0; level < LEVELS && slice.includes("\\"); level += 1) {
      slice = unescape(slice);
      const plain = slice;
      if (spellings.some((spelling) => plain.includes(spelling))) return true;
    }
  }
  return false;
}

/** As `holdsSecret`, as long work. */
export function* holdsSecretWork(text: string, secrets: readonly string[]): LongWork<boolean> {
  const spellings = unspeakableIn(secrets);
  if (spellings.length === 0 || text.length < SHORTEST_SPELLING) return false;
  for (const spelling of spellings) {
    if (text.includes(spelling)) return true;
    if (text.length > SLICE_CHARACTERS) yield;
  }
  return text.includes("\\") && (yield* isEscapedIn(text, spellings));
}

/**
 * True when a text holds one of the secrets, those that could be speech excepted: as it is,
 * percent-encoded, in Base64, or with escapes as in JSON.
 */
export const holdsSecret = (text: string, secrets: readonly string[]): boolean =>
  doAtOnce(holdsSecretWork(text, secrets));
