import { formatDiagnostics } from "@earshot/config";
import { TranscriptionError } from "@earshot/core";
import { ensureSample } from "@earshot/provider-local";
import type { Sample, StoreOptions } from "@earshot/provider-local";
import type { CommandIo } from "../command-io.ts";
import { createLogger } from "../logging/create-logger.ts";
import { createProgressLine } from "../progress/progress-line.ts";
import { readVersion } from "../version.ts";
import { listeningText, openHostWarning, selfCheckText, tryItText } from "./announcement.ts";
import { describeDownload, fetchLocalModels, isLocal, localGroups } from "./local-models.ts";
import { checkItself } from "./self-check.ts";
import { serve } from "./serve.ts";
import type { Serving } from "./serve.ts";
import { waitForStop } from "./wait-for-stop.ts";

export interface RunServeOptions {
  readonly configPath: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly logFormat: string | undefined;
  readonly quiet: boolean;
  readonly debug: boolean;
}

interface Startup {
  readonly serving: Serving;
  readonly io: CommandIo;
  readonly say: (text: string) => void;
  readonly complain: (text: string) => void;
  readonly signal: AbortSignal;
}

const fetchEverything = async ({ serving, io, signal }: Startup): Promise<Sample> => {
  const store: StoreOptions = { environment: io.environment, signal };
  const progress = createProgressLine(io.stderr);
  try {
    await fetchLocalModels(serving.config.deployments, store, (state) => {
      progress.report(state.receivedBytes / state.totalBytes, describeDownload("the model", state));
    });
    return await ensureSample(store, (state) => {
      progress.report(
        state.receivedBytes / state.totalBytes,
        describeDownload("the sample", state),
      );
    });
  } finally {
    progress.clear();
  }
};

const checkGroup = async (startup: Startup, group: string): Promise<void> => {
  const { serving, say, signal } = startup;
  const { masterKey } = serving.config.general;
  const { url } = serving.proxy;
  const sample = await fetchEverything(startup);
  const result = await checkItself({ url, model: group, masterKey, sample, signal });
  say(selfCheckText(result, group));
  say(tryItText({ url, model: group, audioPath: sample.path, needsKey: masterKey !== undefined }));
};

/** Fetches models and checks the server through its own door, while it already serves. */
const prepare = async (startup: Startup): Promise<void> => {
  const { serving, say, complain, signal } = startup;
  const { deployments, general } = serving.config;
  const [group] = localGroups(deployments);
  if (group === undefined || !deployments.some(isLocal)) {
    const model = serving.gateway.models()[0]?.id ?? "whisper";
    const needsKey = general.masterKey !== undefined;
    say(tryItText({ url: serving.proxy.url, model, audioPath: undefined, needsKey }));
    return;
  }
  try {
    await checkGroup(startup, group);
  } catch (error) {
    if (signal.aborted) return;
    const reason = error instanceof Error ? error.message : String(error);
    complain(`The self-check failed: ${reason}\nThe server keeps running.`);
  }
};

/** Runs `earshot serve` until a signal ends it; resolves with the exit code. */
export async function runServe(options: RunServeOptions, io: CommandIo): Promise<number> {
  const { configPath, host, port, quiet, debug } = options;
  const format =
    (options.logFormat ?? (io.stderr.isTTY ? "human" : "json")) === "json" ? "json" : "human";
  const level = debug ? "debug" : quiet ? "warn" : "info";
  const { logger, flush } = createLogger({ output: io.stderr, format, level });
  const serving = await serve({ configPath, host, port, environment: io.environment, logger });
  const say = (text: string): void => {
    if (!quiet) io.stdout.write(text);
  };
  const complain = (text: string): void => io.stderr.write(`earshot: ${text}\n`);
  if (serving.warnings.length > 0)
    io.stderr.write(`${formatDiagnostics(serving.warnings, { color: io.stderr.isTTY })}\n`);
  say(listeningText(serving, readVersion(), performance.now()));
  const warning = openHostWarning(serving);
  if (warning !== "") complain(`WARNING: ${warning}`);
  const stopping = new AbortController();
  const preparing = prepare({ serving, io, say, complain, signal: stopping.signal });
  const exitCode = await waitForStop({
    serving,
    io,
    onStopping: () => {
      say("\nStopping when the running requests have ended; once more to stop at once.\n");
      stopping.abort(new TranscriptionError("aborted", "The server is stopping."));
    },
  });
  await preparing;
  flush();
  return exitCode;
}
