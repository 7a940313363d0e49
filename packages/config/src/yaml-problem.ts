import type { ErrorCode } from "yaml";

interface Explanation {
  readonly message: string;
  readonly remedy: string;
}

const quoteIt: string =
  'Put the value in quotes ("…") when it holds `: `, ` #` or starts with one of @ ` % & * ! | > { [.';

/**
 * What the parser's codes mean to the writer of a config. The parser's own sentences are not used:
 * some of them quote the file, and the quoted piece may be a key.
 * @see https://eemeli.org/yaml/#errors
 */
const EXPLANATIONS: Readonly<Record<ErrorCode, Explanation>> = {
  ALIAS_PROPS: {
    message: "An alias (`*name`) cannot have an anchor or a tag of its own.",
    remedy: "Write only `*name`.",
  },
  BAD_ALIAS: {
    message: "An anchor (`&name`) or alias (`*name`) has no valid name.",
    remedy: `Name it with letters, or quote the value: \`"*"\` when the character itself is meant.`,
  },
  BAD_COLLECTION_TYPE: {
    message: "The tag does not fit the kind of value that follows it.",
    remedy: "Remove the tag (`!…`).",
  },
  BAD_DIRECTIVE: {
    message: "A line that starts with `%` is not a directive that YAML knows.",
    remedy: "Remove the line.",
  },
  BAD_DQ_ESCAPE: {
    message: "A backslash sequence in double quotes is not one that YAML knows.",
    remedy: "Write `\\\\` for a backslash, or use single quotes.",
  },
  BAD_INDENT: {
    message: "The line does not stand under the line that it belongs to.",
    remedy:
      "Indent all keys of one mapping, and all dashes of one list, by the same number of spaces.",
  },
  BAD_PROP_ORDER: {
    message: "A tag or anchor stands in the wrong place.",
    remedy: "Write the anchor (`&name`) directly in front of its value.",
  },
  BAD_SCALAR_START: {
    message: "A value starts with a character that YAML reserves.",
    remedy: quoteIt,
  },
  BLOCK_AS_IMPLICIT_KEY: {
    message: "Two keys stand on one line, or a value holds a colon followed by a space.",
    remedy: "Write one key a line, and put values with `: ` in quotes.",
  },
  BLOCK_IN_FLOW: {
    message: "A list or mapping of several lines stands inside brackets.",
    remedy: "Write it with brackets too, or without any.",
  },
  DUPLICATE_KEY: { message: "A key stands here twice.", remedy: "Keep one of the two." },
  IMPOSSIBLE: {
    message: "The file cannot be read as YAML from here on.",
    remedy: "Check this line and the one before it.",
  },
  KEY_OVER_1024_CHARS: {
    message: "A key is longer than 1,024 characters.",
    remedy: "Check whether a colon stands in the wrong place.",
  },
  MISSING_CHAR: {
    message: "A closing quote, bracket, comma or colon is missing.",
    remedy: "Close what was opened on this line or above it, and write `key: value` with a colon.",
  },
  MULTILINE_IMPLICIT_KEY: {
    message: "The line has no colon after its key.",
    remedy: "Write `key: value`, or indent the line when it continues the value above.",
  },
  MULTIPLE_ANCHORS: {
    message: "A value has more than one anchor (`&name`).",
    remedy: "Keep one of them.",
  },
  MULTIPLE_DOCS: {
    message: "The file holds more than one YAML document.",
    remedy: "Remove the `---` line and what follows it; use `include:` for further files.",
  },
  MULTIPLE_TAGS: { message: "A value has more than one tag.", remedy: "Remove the tags (`!…`)." },
  NON_STRING_KEY: {
    message: "A key is a list or a mapping.",
    remedy: "Use plain text as the key, and put text in braces or brackets in quotes.",
  },
  RESOURCE_EXHAUSTION: {
    message: "The file is nested too deeply to be read.",
    remedy: "Check for brackets that are opened and never closed.",
  },
  TAB_AS_INDENT: {
    message: "A tab is used to indent the line; YAML allows spaces only.",
    remedy: "Replace the tab by spaces.",
  },
  TAG_RESOLVE_FAILED: {
    message: "A tag (`!…`) is not one that Earshot knows; the value is read without it.",
    remedy: "Remove the tag; for an environment variable write `os.environ/NAME`.",
  },
  UNEXPECTED_TOKEN: {
    message: "Something stands here that does not belong to the value before it.",
    remedy: quoteIt,
  },
};

/** What a parser's code means, and what to do. */
export function explainYamlCode(code: ErrorCode): Explanation {
  return EXPLANATIONS[code];
}
