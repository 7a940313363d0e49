const PLACEHOLDER = "[redacted]";

/** What keys look like: scheme and token, prefixed keys, key=value, long hex, JSON web tokens. */
const KEY_PATTERNS: readonly RegExp[] = [
  /(?<=\b(?:bearer|token|basic)\s+)(?=\S*[\d*_=])[^\s"',;]{8,}/giu,
  /(?<=\b(?:api[-_ ]?key|access[-_]token|token|authorization|password|secret)["']?\s*[=:]\s*["']?)(?=\S*[\d*])[^\s"',;&]{6,}/giu,
  /\bsk[-_][\w*-]{6,}/giu,
  /\b(?:pk|rk|gsk|xai|fw|hf|tgp|key|sess)[-_](?=[\w*-]*[\d*])[\w*-]{6,}/giu,
  /\beyJ[\w-]{8,}\.[\w.-]+/gu,
  /\bAIza[\w-]{20,}/gu,
  /\b[0-9a-f]{32,}\b/giu,
];

const LONG_TOKEN = /[A-Za-z0-9_-]{40,}/gu;

const looksRandom = (token: string): boolean =>
  /\d/u.test(token) && /[a-z]/u.test(token) && /[A-Z]/u.test(token);

/**
 * The text without the given secrets (those of fewer than four characters are left alone) and
 * without anything that looks like a key.
 */
export function redact(text: string, secrets: readonly string[] = []): string {
  let clean = text;
  for (const secret of secrets) {
    if (secret.length < 4) continue;
    clean = clean.replaceAll(secret, PLACEHOLDER);
    clean = clean.replaceAll(encodeURIComponent(secret), PLACEHOLDER);
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
