import type { EarshotConfig } from "@earshot/config";
import { isLoopback } from "@earshot/proxy";

/** What decides who can use a server. */
export interface HostAccess {
  readonly host: string;
  readonly masterKey: EarshotConfig["general"]["masterKey"];
}

/** Who can use the server at that address, in one sentence; undefined where a warning says it. */
export function accessText({ host, masterKey }: HostAccess, url: string): string | undefined {
  const isGuarded = masterKey !== undefined;
  if (isLoopback(host))
    return isGuarded
      ? "Clients need the master_key. Only this machine can reach it."
      : "No master_key is set, so only this machine can reach it.";
  const { port } = new URL(url);
  return isGuarded
    ? `Clients need the master_key. Other machines reach it on port ${port} too.`
    : undefined;
}

/** What documentation makes its keys of. */
const PLACEHOLDERS: ReadonlySet<string> = new Set(
  (
    "sk api master proxy admin root secret key keys token password pass litellm earshot openai your " +
    "my the own test testing demo example sample default dummy fake change changeme replace replaceme " +
    "me this here random long strong secure super some text with very must be in production special hello world foo bar value string live prod dev local"
  ).split(" "),
);

const SERIES = (
  "12345678901234567890 01234567890123456789 abcdefghijklmnopqrstuvwxyz " +
  "qwertyuiopasdfghjklzxcvbnm qwertzuiopasdfghjklyxcvbnm azertyuiopqsdfghjklmwxcvbn asdfghjkl zxcvbnm"
).split(" ");

/** As in `1234`, `abcdef`, `qwerty` and `xxxxxxxx`. */
const isPattern = (word: string): boolean =>
  SERIES.some((series) => series.startsWith(word)) || /^(.)\1+$/u.test(word);

const isKnown = (key: string): boolean =>
  key
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/u)
    .every((word) => word === "" || PLACEHOLDERS.has(word) || isPattern(word));

/** Fewer characters can be tried out one after the other. */
const SAFE_KEY_CHARACTERS = 16;

/** `known` when it looks as if it came from documentation, such as `sk-1234`; `short` under 16 characters. */
export function weaknessOf(masterKey: string): "known" | "short" | undefined {
  if (isKnown(masterKey)) return "known";
  return masterKey.length < SAFE_KEY_CHARACTERS ? "short" : undefined;
}

const WEAKNESSES = {
  known: "is known from documentation",
  short: `has fewer than ${SAFE_KEY_CHARACTERS} characters`,
} as const;

/** What to say loudly when the network may use the server without a key or by guessing it; undefined when it may not. */
export function openHostWarning({ host, masterKey }: HostAccess): string | undefined {
  if (isLoopback(host)) return undefined;
  if (masterKey === undefined)
    return (
      `no master_key is set and the host is ${host}: everybody who reaches this machine can transcribe ` +
      "at your cost. Set general_settings.master_key (or the variable LITELLM_MASTER_KEY), or leave the host out."
    );
  const weakness = weaknessOf(masterKey);
  if (weakness === undefined) return undefined;
  return (
    `the master_key ${WEAKNESSES[weakness]} and the host is ${host}: whoever reaches this machine ` +
    "can guess it and transcribe at your cost. Set a long random one, such as `openssl rand -hex 24` prints."
  );
}
