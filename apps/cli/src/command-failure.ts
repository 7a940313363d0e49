import type { Diagnostic } from "@earshot/config";
import { EXIT } from "./exit-codes.ts";

/** A word that is none of those that are known. */
interface UnknownWord {
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

/** A command that could not do what it was asked; the message says why and what to do. */
export class FailedCommand extends Error {
  override readonly name = "FailedCommand";
}

/** How a command ended, in words; plain data, so that one process can tell it to another. */
export interface Failure {
  readonly exitCode: number;
  readonly text: string;
  /** The problems of a config, which the text tells too; empty for every other failure. */
  readonly problems: readonly Diagnostic[];
}

const failed = (text: string, exitCode: number = EXIT.failed): Failure => ({
  exitCode,
  text: `earshot: ${text}`,
  problems: [],
});

const explainUsage = async ({ message, unknown }: UsageError): Promise<Failure> => {
  // Loaded late: only a mistyped word needs it.
  const { nearestName } = await import("@earshot/core");
  const nearest = unknown && nearestName(unknown.word, unknown.known);
  const hint = nearest === undefined ? "" : ` Did you mean '${nearest}'?`;
  return failed(`${message}${hint} See 'earshot --help'.`, EXIT.usage);
};

/** Turns whatever a command threw into words for its user; only bugs show where they happened. */
export async function explainFailure(error: unknown, color: boolean): Promise<Failure> {
  if (error instanceof UsageError) return explainUsage(error);
  if (error instanceof FailedCommand) return failed(error.message);
  const { ConfigError, formatDiagnostics } = await import("@earshot/config");
  if (ConfigError.is(error)) {
    const { diagnostics: problems } = error;
    return { exitCode: EXIT.failed, text: formatDiagnostics(problems, { color }), problems };
  }
  const { TranscriptionError } = await import("@earshot/core");
  if (TranscriptionError.is(error)) return failed(error.message);
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return failed(`this is a bug of Earshot.\n${trace}`);
}
