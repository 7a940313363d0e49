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
export function namesReach(name: string): boolean {
  const words = wordsOf(name);
  const last = words.at(-1) ?? "";
  if (words.some((word) => ANYWHERE.test(word))) return true;
  if (words.some((word, index) => AT_END.test(word) && words[index + 1] === "to")) return true;
  if (AT_END.test(last)) return !isSwitch(words);
  return /^ids?$/u.test(last) && words.some((word) => OWNED.test(word));
}

/** Whether the name of an option says that it holds any text, as `initial_prompt` does. */
export function namesFreeText(name: string): boolean {
  return FREE_TEXT.test(wordsOf(name).at(-1) ?? "");
}
