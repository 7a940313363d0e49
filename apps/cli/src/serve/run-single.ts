import { TranscriptionError } from "@earshot/core";
import type { CommandIo } from "../command-io.ts";
import { compileCacheProblem } from "../compile-cache.ts";
import { explainFailure } from "../explain-failure.ts";
import { announceReloaded, configReport } from "./announce-config.ts";
import { coalesced } from "./coalesced.ts";
import { prepare } from "./prepare.ts";
import type { RunServeOptions } from "./run-serve.ts";
import { openServeOutput } from "./serve-output.ts";
import type { ServeOutput } from "./serve-output.ts";
import { serve } from "./serve.ts";
import type { Serving } from "./serve.ts";
import { factsOf } from "./server-facts.ts";
import { unusedConfigHint } from "./unused-config.ts";
import { waitForStop } from "./wait-for-stop.ts";

interface Running {
  readonly serving: Serving;
  readonly options: RunServeOptions;
  readonly output: ServeOutput;
}

/** Takes over the config as it is now, or tells why it stays with the former one. */
const reload = async ({ serving, options, output }: Running): Promise<void> => {
  const { announcer, stderr } = output;
  const color = stderr.isTTY;
  try {
    const loaded = await serving.reload();
    announceReloaded({
      announcer,
      serving,
      loaded,
      color,
      settled: { flags: options, workers: 1 },
    });
  } catch (error) {
    const { text, problems = [] } = await explainFailure(error, color);
    announcer.notReloaded({ text, problems });
  }
};

/** Serves in this process until a signal ends it; resolves with the exit code. */
export async function runSingle(options: RunServeOptions, io: CommandIo): Promise<number> {
  const { configPath, host, port } = options;
  const { environment } = io;
  const output = openServeOutput(options, io);
  const { announcer, logger, progress, stderr, flush } = output;
  try {
    const serving = await serve({ configPath, host, port, environment, logger });
    announcer.configWarnings(configReport(serving.warnings, stderr.isTTY));
    announcer.listening(factsOf(serving), performance.now());
    const hint = unusedConfigHint(configPath);
    if (hint !== undefined) announcer.hint(hint);
    const problem = compileCacheProblem(environment);
    if (problem !== undefined) announcer.warn(problem);

    const stopping = new AbortController();
    const { signal } = stopping;
    const reloadOnce = coalesced(() => reload({ serving, options, output }));
    const ignoreReload = io.onReload?.(() => void reloadOnce());
    const prepared = prepare({ serving, environment, announcer, progress, signal });
    const stopped = await waitForStop({
      serving,
      io,
      onStopping: () => {
        ignoreReload?.();
        announcer.stopping();
        stopping.abort(new TranscriptionError("aborted", "The server is stopping."));
      },
    });
    if (stopped.graceful) await prepared;
    return stopped.exitCode;
  } finally {
    await flush();
  }
}
