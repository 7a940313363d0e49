/** A word that is none of those that are known. */
export interface UnknownWord {
  readonly word: string;
  readonly known: readonly string[];
}

/** The command line is wrong; leads to exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
  /** Present where a similar word may be the one that was meant. */
  readonly unknown: UnknownWord | undefined;

  constructor(message: string, unknown?: UnknownWord) {
    super(message);
    this.unknown = unknown;
  }
}
