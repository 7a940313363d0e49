import { TranscriptionError } from "@earshot/core";
import { explainFailure } from "../command-failure.ts";
import type { CommandIo } from "../command-io.ts";
import { announceReload, announceStart } from "./announce-serving.ts";
import type { ServeFlags } from "./serve-flags.ts";
import { openServeOutput } from "./serve-output.ts";
import { serve } from "./serve.ts";
import { waitForStop } from "./wait-for-stop.ts";

/** Serves in this process until a signal ends it; resolves with the exit code. */
export async function runSingle(flags: ServeFlags, io: CommandIo): Promise<number> {
  const { configPath, host, port } = flags;
  const { environment } = io;
  const output = openServeOutput(flags, io);
  const { announcer, logger, stderr, flush } = output;
  try {
    const serving = await serve({ configPath, host, port, environment, logger });
    const server = { serving, flags, environment, output };
    const stopping = new AbortController();
    const told = announceStart(server, performance.now(), stopping.signal);
    const stopped = await waitForStop({
      io,
      close: serving.close,
      reload: async () => {
        try {
          announceReload(server, await serving.reload(), 1);
        } catch (error) {
          announcer.notReloaded(await explainFailure(error, stderr.isTTY));
        }
      },
      onStopping: () => {
        announcer.stopping();
        stopping.abort(new TranscriptionError("aborted", "The server is stopping."));
      },
    });
    if (stopped.graceful) await told;
    return stopped.exitCode;
  } finally {
    await flush();
  }
}
