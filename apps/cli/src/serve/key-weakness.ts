/** Why a master key can be guessed. */
export type KeyWeakness = "known" | "short";

/** Fewer characters can be tried out one after the other. */
export const SAFE_KEY_CHARACTERS = 16;

/** What documentation makes its keys of. */
const PLACEHOLDERS: ReadonlySet<string> = new Set(
  (
    "sk api master proxy admin root secret key keys token password pass litellm earshot openai your " +
    "my the own test testing demo example sample default dummy fake change changeme replace replaceme " +
    "me this here random long strong secure super some text with very must be in production special hello world foo bar value string live prod dev local"
  ).split(" "),
);

const SERIES = [
  "12345678901234567890",
  "01234567890123456789",
  "abcdefghijklmnopqrstuvwxyz",
  "qwertyuiopasdfghjklzxcvbnm",
  "qwertzuiopasdfghjklyxcvbnm",
  "azertyuiopqsdfghjklmwxcvbn",
  "asdfghjkl",
  "zxcvbnm",
];

/** As in `1234`, `abcdef`, `qwerty` and `xxxxxxxx`. */
const isPattern = (word: string): boolean =>
  SERIES.some((series) => series.startsWith(word)) || /^(.)\1+$/u.test(word);

const isKnown = (key: string): boolean =>
  key
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/u)
    .every((word) => word === "" || PLACEHOLDERS.has(word) || isPattern(word));

/** `known` when it looks as if it came from documentation, such as `sk-1234`; `short` under 16 characters. */
export function weaknessOf(masterKey: string): KeyWeakness | undefined {
  if (isKnown(masterKey)) return "known";
  return masterKey.length < SAFE_KEY_CHARACTERS ? "short" : undefined;
}
