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
