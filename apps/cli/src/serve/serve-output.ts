import type { Logger } from "@earshot/core";
import type { CommandIo, TextOutput } from "../command-io.ts";
import { boundedOutput } from "../logging/bounded-output.ts";
import { createLogger } from "../logging/create-logger.ts";
import { createProgressLine, noProgress } from "../progress-line.ts";
import type { ProgressLine } from "../progress-line.ts";
import { createLogAnnouncer, createTextAnnouncer } from "./announcer.ts";
import type { Announcer } from "./announcer.ts";
import type { ServeFlags } from "./serve-flags.ts";

/** Everything that a server says, and the way to bring the last of it out. */
export interface ServeOutput {
  readonly logger: Logger;
  readonly announcer: Announcer;
  readonly progress: ProgressLine;
  readonly stdout: TextOutput;
  /** Stderr, with everything written there in whole lines. */
  readonly stderr: TextOutput;
  readonly flush: () => Promise<void>;
}

/** Whatever is written meanwhile goes above the progress line. */
const above = (output: TextOutput, aside: (write: () => void) => void): TextOutput => ({
  ...output,
  write: (text, onFailed) => aside(() => output.write(text, onFailed)),
});

/** Opens the log, the news and the progress line of a server, or of one worker among several. */
export function openServeOutput(
  { logFormat, quiet, debug }: Pick<ServeFlags, "logFormat" | "quiet" | "debug">,
  io: Pick<CommandIo, "stdout" | "stderr">,
  worker?: number,
): ServeOutput {
  const silent = quiet || logFormat === "json" || worker !== undefined;
  const progress = silent ? noProgress : createProgressLine(boundedOutput(io.stderr));
  const stdout = above(boundedOutput(io.stdout), progress.aside);
  const output = above(boundedOutput(io.stderr), progress.aside);
  const usual = output.isTTY ? "human" : "json";
  const format = (logFormat ?? usual) === "json" ? "json" : "human";
  const usualLevel = quiet ? "warn" : "info";
  const level = debug ? "debug" : usualLevel;
  const { logger, flush, write } = createLogger({ output, format, level, worker });
  const stderr = { ...output, write };
  // Who asks for JSON gets nothing else; who only redirects the log still sees the news.
  const announcer =
    logFormat === "json"
      ? createLogAnnouncer(logger)
      : createTextAnnouncer({ stdout, stderr }, quiet);
  return { logger, announcer, progress, stdout, stderr, flush };
}
