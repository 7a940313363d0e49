import type { Diagnostic } from "@earshot/config";
import { UsageError } from "./arguments/usage-error.ts";
import { EXIT } from "./exit-codes.ts";
import { FailedCommand } from "./failed-command.ts";

/** How a command ended, in words. */
export interface Failure {
  readonly exitCode: number;
  readonly text: string;
  /** The problems of a config, which the text tells too. */
  readonly problems?: readonly Diagnostic[];
}

const explainUsage = async ({ message, unknown }: UsageError): Promise<Failure> => {
  // Loaded late: only a mistyped word needs it.
  const { nearestName } = await import("@earshot/core");
  const nearest = unknown && nearestName(unknown.word, unknown.known);
  const hint = nearest === undefined ? "" : ` Did you mean '${nearest}'?`;
  return { exitCode: EXIT.usage, text: `earshot: ${message}${hint} See 'earshot --help'.` };
};

/** Turns whatever a command threw into words for its user; only bugs show where they happened. */
export async function explainFailure(error: unknown, color: boolean): Promise<Failure> {
  if (error instanceof UsageError) return explainUsage(error);
  if (error instanceof FailedCommand)
    return { exitCode: EXIT.failed, text: `earshot: ${error.message}` };
  const { ConfigError, formatDiagnostics } = await import("@earshot/config");
  if (ConfigError.is(error)) {
    const { diagnostics: problems } = error;
    return { exitCode: EXIT.failed, text: formatDiagnostics(problems, { color }), problems };
  }
  const { TranscriptionError } = await import("@earshot/core");
  if (TranscriptionError.is(error))
    return { exitCode: EXIT.failed, text: `earshot: ${error.message}` };
  const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { exitCode: EXIT.failed, text: `earshot: this is a bug of Earshot.\n${trace}` };
}
