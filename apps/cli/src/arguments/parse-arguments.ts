import { parseArgs } from "node:util";
import { UsageError } from "../command-failure.ts";
import type { Command, FlagSpec, FlagTable, FlagValues, Invocation } from "./command.ts";

type Value = FlagValues<FlagTable>[string];
type Token = NonNullable<ReturnType<typeof parseArgs>["tokens"]>[number];
type OptionToken = Extract<Token, { kind: "option" }>;

/** LiteLLM's users write `--detailed_debug`: both ways to join words are taken. */
const withDashes = (argument: string): string =>
  argument.replace(/^--[^=]+/u, (name) => name.replaceAll("_", "-"));

/** Every spelling of every flag, to its name in the table. */
const spellingsOf = (flags: FlagTable): ReadonlyMap<string, string> =>
  new Map(
    Object.entries(flags).flatMap(([name, { aliases = [] }]) =>
      [name, ...aliases].map((spelling) => [spelling, name] as const),
    ),
  );

const tokensOf = (argv: readonly string[], flags: FlagTable): readonly Token[] => {
  const options = [...spellingsOf(flags)].map(([spelling, name]) => {
    const { type, short } = flags[name] ?? { type: "boolean" };
    const kind = type === "boolean" ? ("boolean" as const) : ("string" as const);
    const letter = short === undefined || spelling !== name ? {} : { short };
    return [spelling, { type: kind, ...letter }] as const;
  });
  const { tokens } = parseArgs({
    args: argv.map(withDashes),
    options: Object.fromEntries(options),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  return tokens;
};

const toInteger = (
  flag: string,
  text: string,
  { minimum, maximum }: Extract<FlagSpec, { type: "integer" }>,
): number => {
  const value = /^\d+$/u.test(text) ? Number(text) : Number.NaN;
  if (value >= minimum && value <= maximum) return value;
  throw new UsageError(
    `${flag} takes a whole number from ${minimum} to ${maximum}, not '${text}'.`,
  );
};

const requireChoice = (flag: string, text: string, choices: readonly string[]): string => {
  if (choices.includes(text)) return text;
  throw new UsageError(`${flag} takes ${choices.join(", ")}, not '${text}'.`, {
    word: text,
    known: choices,
  });
};

const textOf = ({ rawName, value, inlineValue }: OptionToken): string => {
  const swallowedFlag = !inlineValue && value?.startsWith("-") === true && value !== "-";
  if (value === undefined || value === "" || swallowedFlag)
    throw new UsageError(`${rawName} needs a value after it.`);
  return value;
};

const valueOf = (token: OptionToken, spec: FlagSpec, before: Value): Value => {
  const { rawName } = token;
  switch (spec.type) {
    case "boolean":
      if (token.value !== undefined) throw new UsageError(`${rawName} takes no value.`);
      return true;
    case "text": {
      const text = textOf(token);
      return spec.choices === undefined ? text : requireChoice(rawName, text, spec.choices);
    }
    case "integer":
      return toInteger(rawName, textOf(token), spec);
    case "list": {
      const items = textOf(token)
        .split(",")
        .map((item) => requireChoice(rawName, item.trim(), spec.choices));
      return [...new Set([...(typeof before === "object" ? before : []), ...items])];
    }
  }
};

const absent = (spec: FlagSpec): Value => {
  if (spec.type === "boolean") return false;
  return spec.type === "list" ? [] : undefined;
};

const requireWords = (given: readonly string[], { name, words }: Command): void => {
  const surplus = given[words?.maximum ?? 0];
  if (surplus !== undefined)
    throw new UsageError(`'${surplus}' is one word too many for earshot ${name}.`);
  if (words !== undefined && given.length < words.minimum)
    throw new UsageError(`earshot ${name} needs ${words.usage}.`);
};

/** Reads what follows the command's name. Throws `UsageError`. */
export function parseArguments(argv: readonly string[], command: Command): Invocation<FlagTable> {
  const { flags } = command;
  const spellings = spellingsOf(flags);
  const values: Record<string, Value> = Object.fromEntries(
    Object.entries(flags).map(([name, spec]) => [name, absent(spec)]),
  );
  const words: string[] = [];
  for (const token of tokensOf(argv, flags)) {
    if (token.kind === "positional") words.push(token.value);
    if (token.kind !== "option") continue;
    const name = spellings.get(token.name);
    const spec = name === undefined ? undefined : flags[name];
    if (name === undefined || spec === undefined)
      throw new UsageError(`earshot ${command.name} knows no ${token.rawName}.`, {
        word: token.rawName,
        known: Object.keys(flags).map((known) => `--${known}`),
      });
    values[name] = valueOf(token, spec, values[name]);
  }
  requireWords(words, command);
  return { flags: values, words };
}
