import { isJsonList, isJsonObject, parseJson, TranscriptionError } from "@earshot/core";
import type { JsonValue, ProviderDefinition } from "@earshot/core";

/** In a name, wherever they stand. */
const ANYWHERE =
  /^(?:\w*ur[il]|callback|webhook|s3|gcs|bucket|proxy|credential|\w*path|fileid|apibase|apikey|src|href|link)s?$/u;

/** At the end of a name, or before `to`: before other words they describe, as in `file_format`. */
const AT_END =
  /^(?:(?:(?!pro)\w*file|filename|dir|folder|host|hostname|server|endpoint|secret|password|account|project|tenant|workspace|attachment)s?|director(?:y|ies)|address(?:es)?|organi[sz]ations?|base|key|token|auth|authorization|headers?|redirect)$/u;

/** What the operator owns and an id names, as in `file_id`. */
const OWNED =
  /^(?:\w*file|audio|upload|media|asset|object|dataset|storage|account|project|tenant|organi[sz]ation|workspace|voice|cache|model|recording|attachment|document|clip|transcript|transcription|job|batch|endpoint)s?$/u;

/** At the end of the names of options that hold what people write or say. */
const FREE_TEXT =
  /^(?:prompt|hotword|keyword|keyterm|context|instruction|text|phrase|term|word|vocabulary|glossary|title|description|topic)s?$/u;

const wordsOf = (name: string): readonly string[] =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/gu, "$1_$2")
    .toLowerCase()
    .split(/[^a-z0-9]+/u)
    .filter((word) => word !== "");

/** Of `enable_endpoint`: where speech ends is meant, and nothing is called. */
const isSwitch = (words: readonly string[]): boolean =>
  words.at(-1) === "endpoint" && /^(?:enable|disable|detect|use|no)$/u.test(words[0] ?? "");

/** Whether the name of an option speaks of an address, a file, a credential or what the operator owns. */
function namesReach(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  if (words.some((word) => ANYWHERE.test(word))) return true;
  if (words.some((word, index) => AT_END.test(word) && words[index + 1] === "to")) return true;
  if (AT_END.test(last)) return !isSwitch(words);
  return /^ids?$/u.test(last) && words.some((word) => OWNED.test(word));
}

/** Whether the name of an option says that it holds any text, as `initial_prompt` does. */
function namesFreeText(name: string): boolean {
  return FREE_TEXT.test(wordsOf(name).at(-1) ?? "");
}

/** How addresses and paths of files begin, and hosts with a port and nothing else. */
const REFERENCES: readonly RegExp[] = [
  /^[a-z][a-z0-9+.-]*:\/\//iu,
  /^(?:[/\\]|~\w*[/\\]|\.{1,2}[/\\]|file:|[a-z]:[/\\])/iu,
  /^(?:localhost|\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:.]+\]|(?:[\w-]+\.)+[a-z]{2,}(?=:\d))(?::\d{1,5})?(?:\/\S*)?$/iu,
];

/** Whether text is an address or a path; a sentence that mentions one is not. */
const isReference = (text: string): boolean => {
  const whole = text.trim();
  if (REFERENCES.some((pattern) => pattern.test(whole))) return true;
  return !/\s/u.test(whole) && (whole.includes("://") || /[/\\]\.\.(?:[/\\]|$)/u.test(whole));
};

/** Deeper than any option; what lies below is not looked at, and not let through. */
const DEEPEST = 32;

/** Characters of JSON text, more than any option has; longer text is not looked at, and not let through. */
const LONGEST_JSON = 65_536;

const BEGINS_JSON = /^\s*[{["]/u;

/** What looks like JSON and is none may be read by a server all the same, as Python's `{'a': 1}` is. */
const brokenHoldsReach = (text: string): boolean =>
  text.includes("://") ||
  text.split(/[{}[\]"',:=\s]+/u).some((part) => namesReach(part) || isReference(part));

const textHoldsReach = (text: string, name: string, depth: number): boolean => {
  const beginsJson = BEGINS_JSON.test(text);
  if (beginsJson && text.length > LONGEST_JSON) return true;
  const parsed = beginsJson ? parseJson(text) : undefined;
  if (parsed !== undefined) return holdsReach(parsed, name, depth + 1);
  if (namesFreeText(name)) return false;
  return isReference(text) || (beginsJson && brokenHoldsReach(text));
};

const holdsReach = (value: JsonValue | undefined, name: string, depth = 0): boolean => {
  if (depth > DEEPEST) return true;
  if (typeof value === "string") return textHoldsReach(value, name, depth);
  if (isJsonList(value)) return value.some((item) => holdsReach(item, name, depth + 1));
  if (!isJsonObject(value)) return false;
  return Object.entries(value).some(
    ([key, inner]) => namesReach(key) || holdsReach(inner, key, depth + 1),
  );
};

/**
 * Whether a client's option would reach into the operator's account or network: what the provider's
 * table marks, and, for a server that is not known, whatever its name or value gives away.
 */
export function isRemoteInput(
  definition: Pick<ProviderDefinition, "options" | "passesUnknownOptions">,
  name: string,
  value: JsonValue | undefined,
): boolean {
  const { options, passesUnknownOptions = false } = definition;
  if (value === undefined || value === null) return false;
  const spec = Object.hasOwn(options, name) ? options[name] : undefined;
  if (spec?.reachesOperator === true) return true;
  if (!passesUnknownOptions) return false;
  if (spec === undefined) return namesReach(name) || holdsReach(value, name);
  return spec.type === "json" && holdsReach(value, name);
}

const SWITCH = "earshot_settings.allow_remote_inputs";

const LONGEST_NAME = 64;

/** The name of a client's field as messages show it. */
export const shownName = (name: string): string =>
  name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`;

/** Why a field is left out, as one sentence. */
export const closedReason = (name: string): string =>
  `'${shownName(name)}' may reach into the operator's account or network, and is closed unless the config sets ${SWITCH}.`;

/** What to throw for a client's field that the config has not opened: `unsupported_feature` (400). */
export function closedError(name: string): TranscriptionError {
  const remedy =
    name === "url"
      ? "Upload the file in the field 'file' instead."
      : "Leave it out, or ask the operator.";
  return new TranscriptionError("unsupported_feature", `${closedReason(name)} ${remedy}`, {
    param: name,
  });
}
