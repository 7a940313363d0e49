import type { CommandIo } from "../command-io.ts";

interface Described {
  /** One line for the help, without a full stop. */
  readonly description: string;
  /** One letter, as in `-c`. */
  readonly short?: string;
  /** Other spellings that are accepted and not shown. */
  readonly aliases?: readonly string[];
}

/** One flag as data: it drives the parser and the help. */
export type FlagSpec =
  | ({ readonly type: "boolean" } & Described)
  | ({
      readonly type: "text";
      /** What the help calls the value, such as `FILE`. */
      readonly value: string;
      readonly choices?: readonly string[];
    } & Described)
  | ({
      readonly type: "integer";
      readonly value: string;
      readonly minimum: number;
      readonly maximum: number;
    } & Described)
  /** Separated by commas, or the flag repeated. */
  | ({
      readonly type: "list";
      readonly value: string;
      readonly choices: readonly string[];
    } & Described);

/** Flags by their names without dashes in front; words are joined by `-`. */
export type FlagTable = Readonly<Record<string, FlagSpec>>;

interface ValueTypes {
  readonly boolean: boolean;
  readonly text: string | undefined;
  readonly integer: number | undefined;
  readonly list: readonly string[];
}

/** What each flag of a table became: `false`, `undefined` or an empty list when it was not given. */
export type FlagValues<Flags extends FlagTable> = {
  readonly [Name in keyof Flags]: ValueTypes[Flags[Name]["type"]];
};

/** What a command is started with. */
export interface Invocation<Flags extends FlagTable> {
  readonly flags: FlagValues<Flags>;
  /** The words that are no flags, in order. */
  readonly words: readonly string[];
}

/** A command as its author writes it. */
export interface CommandSpec<Flags extends FlagTable> {
  /** One or two words, such as `config check`. */
  readonly name: string;
  /** One line for the list of commands, without a full stop. */
  readonly summary: string;
  /** How many words it takes, and what the help shows for them, such as `[FILE]`. Default: none. */
  readonly words?: { readonly usage: string; readonly minimum: number; readonly maximum: number };
  readonly flags: Flags;
  /** Command lines, and what each does in a few words. */
  readonly examples: readonly (readonly [line: string, purpose: string])[];
  /** Resolves with the exit code. Rejects with `UsageError` for a wrong command line. */
  readonly run: (invocation: Invocation<Flags>, io: CommandIo) => Promise<number>;
}

/** A command of any flags. */
export type Command = CommandSpec<FlagTable>;

/** Ties the flags that a command declares to the values that it receives. */
export function defineCommand<const Flags extends FlagTable>(spec: CommandSpec<Flags>): Command {
  return {
    ...spec,
    run: ({ flags, words }, io) =>
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the parser makes the values from this very table
      spec.run({ flags: flags as FlagValues<Flags>, words }, io),
  };
}
