import { existsSync } from "node:fs";
import { TranscriptionError } from "@earshot/core";
import type { CommandIo, TextOutput } from "../command-io.ts";
import { createLogger } from "../logging/create-logger.ts";
import type { ClosableLogger } from "../logging/create-logger.ts";
import { createProgressLine, noProgress } from "../progress/progress-line.ts";
import { createLogAnnouncer, createTextAnnouncer } from "./announcer.ts";
import { prepare } from "./prepare.ts";
import { serve } from "./serve.ts";
import { waitForStop } from "./wait-for-stop.ts";

/** The flags of `earshot serve`; undefined where one was not given. */
export interface RunServeOptions {
  readonly configPath: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly logFormat: string | undefined;
  readonly quiet: boolean;
  readonly debug: boolean;
}

const CONFIG_NAMES = ["config.yaml", "config.yml"];

const openLog = (
  { logFormat, quiet, debug }: RunServeOptions,
  output: TextOutput,
): ClosableLogger => {
  const usual = output.isTTY ? "human" : "json";
  const format = (logFormat ?? usual) === "json" ? "json" : "human";
  const usualLevel = quiet ? "warn" : "info";
  return createLogger({ output, format, level: debug ? "debug" : usualLevel });
};

/** Whatever is written meanwhile goes above the progress line. */
const above = (output: TextOutput, aside: (write: () => void) => void): TextOutput => ({
  ...output,
  isTTY: output.isTTY,
  columns: output.columns,
  write: (text) => aside(() => output.write(text)),
});

/** Runs `earshot serve` until a signal ends it; resolves with the exit code. */
export async function runServe(options: RunServeOptions, io: CommandIo): Promise<number> {
  const { configPath, host, port, quiet, logFormat } = options;
  const progress = quiet || logFormat === "json" ? noProgress : createProgressLine(io.stderr);
  const stdout = above(io.stdout, progress.aside);
  const stderr = above(io.stderr, progress.aside);
  const { logger, flush } = openLog(options, stderr);
  // Who asks for JSON gets nothing else; who only redirects the log still sees the news.
  const announcer =
    logFormat === "json"
      ? createLogAnnouncer(logger)
      : createTextAnnouncer({ stdout, stderr }, quiet);

  const serving = await serve({ configPath, host, port, environment: io.environment, logger });
  announcer.configWarnings(serving.warnings);
  announcer.listening(serving, performance.now());
  const unused =
    configPath === undefined ? CONFIG_NAMES.find((name) => existsSync(name)) : undefined;
  if (unused !== undefined)
    announcer.hint(`${unused} is not used: --config ${unused} would serve it.`);

  const stopping = new AbortController();
  const { environment } = io;
  const prepared = prepare({ serving, environment, announcer, progress, signal: stopping.signal });
  const stopped = await waitForStop({
    serving,
    io,
    onStopping: () => {
      announcer.stopping();
      stopping.abort(new TranscriptionError("aborted", "The server is stopping."));
    },
  });
  if (stopped.graceful) await prepared;
  flush();
  return stopped.exitCode;
}
