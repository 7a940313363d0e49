import type { ChildProcess } from "node:child_process";
import cluster from "node:cluster";
import { fileURLToPath } from "node:url";
import { endLostConnection } from "./lost-connection.ts";
import type { MessageFromWorker } from "./messages.ts";
import type { ForkWorker, ProcessEnd } from "./worker-process.ts";

/** Beside this file in the sources, beside the bundle once built; the build finds it by its name. */
const workerFile = (): string => {
  const inSources = import.meta.url.endsWith(".ts");
  return fileURLToPath(
    new URL(inSources ? "./serve-worker.ts" : "./serve-worker.mjs", import.meta.url),
  );
};

/** How long the last words of a process may take; what it started itself may hold its outputs open. */
const LAST_WORDS_MS = 500;

const endOf = (child: ChildProcess): Promise<ProcessEnd> =>
  new Promise((resolve) => {
    let timer: NodeJS.Timeout | undefined;
    child.once("exit", (exitCode, signal) => {
      timer = setTimeout(() => resolve({ exitCode, signal }), LAST_WORDS_MS);
    });
    child.once("close", (exitCode, signal) => {
      clearTimeout(timer);
      resolve({ exitCode, signal });
    });
  });

/** Makes this process the one that starts workers, which all listen on the same ports. */
export function openCluster(): ForkWorker {
  cluster.setupPrimary({ exec: workerFile(), args: [], silent: true });
  return () => {
    const worker = cluster.fork();
    const { process: child } = worker;
    // A process that cannot be started is told below, a message that cannot be sent by its end.
    worker.on("error", () => {});
    endLostConnection(child);
    const { stdout, stderr, pid } = child;
    // Only a process that could not be started has none of these.
    if (stdout === null || stderr === null || pid === undefined)
      throw new Error("No further process can be started.");
    return {
      pid,
      stdout,
      stderr,
      send: (message) => {
        if (worker.isConnected()) worker.send(message, undefined, () => {});
      },
      onMessage: (listener) => {
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the worker's file sends nothing else
        worker.on("message", (message: unknown) => listener(message as MessageFromWorker));
      },
      ended: endOf(child),
      kill: () => {
        child.kill("SIGKILL");
      },
    };
  };
}
