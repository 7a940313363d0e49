const PLACEHOLDER = "[redacted]";

/**
 * What keys look like: scheme and token, prefixed keys, key=value, long hex, JSON web tokens. What is
 * looked for behind or in front of a place has a bound, so that no text makes it look too often.
 */
const KEY_PATTERNS: readonly RegExp[] = [
  /(?<=\b(?:bearer|token|basic)\s{1,8})(?=\S{0,400}[\d*_=])[^\s"',;]{8,}/giu,
  /(?<=\b(?:api[-_ ]?key|access[-_]token|token|authorization|password|secret)["']?\s{0,8}[=:]\s{0,8}["']?)(?=\S{0,400}[\d*])[^\s"',;&]{6,}/giu,
  /\bsk[-_][\w*-]{6,}/giu,
  /\b(?:pk|rk|gsk|xai|fw|hf|tgp|key|sess)[-_](?=[\w*-]{0,400}[\d*])[\w*-]{6,}/giu,
  /\beyJ[\w-]{8,2000}\.[\w.-]+/gu,
  /\bAIza[\w-]{20,}/gu,
  /\b[0-9a-f]{32,}\b/giu,
];

const LONG_TOKEN = /[A-Za-z0-9_-]{40,}/gu;

const looksRandom = (token: string): boolean =>
  /\d/u.test(token) && /[a-z]/u.test(token) && /[A-Z]/u.test(token);

/** Shorter ones are parts of ordinary words. */
const WHOLE_TOKEN_BELOW = 8;
/** Even shorter ones are ordinary words: they are keys where a key is spoken of or quoted. */
const CONTEXT_BELOW = 4;
const CONTEXT =
  "(?<=\\b(?:bearer|basic|token|key|secret|password|authorization|provided)[\"']?[\\s:=]{1,3}[\"'`]?|[\"'`=])";

const toBase64 = (text: string): string =>
  btoa(String.fromCharCode(...new TextEncoder().encode(text.slice(0, 1000)))).replace(/=+$/u, "");

/** A secret as vendors and proxies may repeat it. */
const spellingsOf = (secret: string): readonly string[] => {
  const whole = secret.toWellFormed();
  if (whole.length < CONTEXT_BELOW) return [whole];
  return [whole, encodeURIComponent(whole), JSON.stringify(whole).slice(1, -1), toBase64(whole)];
};

const toPattern = (spelling: string): RegExp => {
  const literal = spelling.replaceAll(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`);
  if (spelling.length >= WHOLE_TOKEN_BELOW) return new RegExp(literal, "giu");
  const start = spelling.length < CONTEXT_BELOW ? CONTEXT : String.raw`(?<![\p{L}\p{N}])`;
  return new RegExp(`${start}${literal}${String.raw`(?![\p{L}\p{N}])`}`, "giu");
};

/** The beginning of a secret at the end of a text that was cut off. */
const withoutCutSecret = (text: string, secret: string): string => {
  for (let length = secret.length - 1; length >= WHOLE_TOKEN_BELOW; length -= 1)
    if (text.endsWith(secret.slice(0, length)))
      return `${text.slice(0, text.length - length)}${PLACEHOLDER}`;
  return text;
};

/**
 * The text without the given secrets, however they are encoded, and without anything that looks like
 * a key. Secrets of fewer than eight characters go where they stand alone, those of fewer than four
 * where a key is spoken of.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets.toSorted((one, other) => other.length - one.length)) {
    if (secret.trim() === "") continue;
    for (const spelling of new Set(spellingsOf(secret)))
      clean = clean.replace(toPattern(spelling), PLACEHOLDER);
    clean = withoutCutSecret(clean, secret);
  }
  for (const pattern of KEY_PATTERNS) clean = clean.replace(pattern, PLACEHOLDER);
  return clean.replace(LONG_TOKEN, (token) => (looksRandom(token) ? PLACEHOLDER : token));
}

/** At most this many characters of a vendor's sentence reach a message. */
const MESSAGE_CHARACTERS = 300;
const INPUT_CHARACTERS = 10_000;

/** One redacted line of at most 300 characters, control characters replaced by spaces. */
export function toSentence(text: string, secrets: readonly string[] = []): string {
  const line = text
    .slice(0, INPUT_CHARACTERS)
    .replace(/[\p{Cc}\s\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu, " ")
    .trim();
  const clean = redact(line, secrets);
  return clean.length <= MESSAGE_CHARACTERS
    ? clean
    : `${clean.slice(0, MESSAGE_CHARACTERS - 1).replace(/[\s\ud800-\udbff]+$/, "")}…`;
}
