import cluster from "node:cluster";
import { prepareLoading } from "../../prepare-loading.ts";
import type { MessageFromWorker, MessageToWorker } from "./messages.ts";
import type { RunningWorker } from "./worker.ts";

// One of the processes that serve on one port; see `openCluster`, which starts this file.

/** How long running requests may take when the process that started this one is gone. */
const ORPHAN_GRACE_MS = 10_000;

// A terminal or a supervisor signals the whole group; when to stop is for the first process to say.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => {});
// Whoever reads the outputs may leave before this process does.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

let running: RunningWorker | undefined;

/** Resolves when the message is out, or when nobody is there to get it. */
const send = (message: MessageFromWorker): Promise<void> =>
  new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, {}, () => resolve());
    else resolve();
  });

const { worker } = cluster;
worker?.once("disconnect", () => {
  if (running === undefined) process.exit(1);
  // Otherwise Node ends the process here and now.
  worker.exitedAfterDisconnect = true;
  running.receive({ type: "stop", graceMs: ORPHAN_GRACE_MS });
});

prepareLoading(process.env);
const { runWorker } = await import("./worker.ts");

process.on("message", (received: unknown) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the process that started this one sends nothing else
  const message = received as MessageToWorker;
  if (message.type === "start") {
    running = runWorker(message, send);
    void running.exitCode.then((exitCode) => process.exit(exitCode));
  } else running?.receive(message);
});
await send({ type: "hello" });
