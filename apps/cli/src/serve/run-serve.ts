import type { CommandIo } from "../command-io.ts";
import { countWorkers } from "./worker-count.ts";

/** The flags of `earshot serve`; undefined where one was not given. */
export interface RunServeOptions {
  readonly configPath: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly workers: number | undefined;
  readonly logFormat: string | undefined;
  readonly quiet: boolean;
  readonly debug: boolean;
}

/** Runs `earshot serve` until a signal ends it; resolves with the exit code. */
export async function runServe(options: RunServeOptions, io: CommandIo): Promise<number> {
  const { openCluster, environment } = io;
  const workers = openCluster === undefined ? 1 : await countWorkers(options, environment);
  // Only what is needed is loaded: the process that starts workers stays small.
  if (openCluster === undefined || workers === 1) {
    const { runSingle } = await import("./run-single.ts");
    return runSingle(options, io);
  }
  const { runPrimary } = await import("./cluster/run-primary.ts");
  return runPrimary({ options, workers, fork: await openCluster() }, io);
}
