#!/usr/bin/env node
import { isSupportedNode, OLDEST_NODE } from "./supported-node.ts";

if (!isSupportedNode(process.versions.node)) {
  const found = process.versions.node;
  console.error(`earshot: Node.js ${found} is too old. Install Node.js ${OLDEST_NODE} or newer.`);
  process.exit(1);
}

// Before the rest is loaded.
const { prepareLoading } = await import("./prepare-loading.ts");
prepareLoading(process.env);

const { processIo } = await import("./command-io.ts");
const { run } = await import("./run.ts");
const { EXIT } = await import("./exit-codes.ts");
const { lastWordsMs } = await import("./logging/line-writer.ts");

let failure: NodeJS.ErrnoException | undefined;
const onOutputError = (error: NodeJS.ErrnoException | null | undefined): void => {
  // The reader of a pipe may leave early, as `head` does.
  if (error?.code !== "EPIPE") failure ??= error ?? undefined;
};
for (const stream of [process.stdout, process.stderr]) stream.on("error", onOutputError);

const io = processIo();
let isStopped = false;
const onSignal: typeof io.onSignal = (listener) =>
  io.onSignal((signal) => {
    isStopped = true;
    listener(signal);
  });

const exitCode = await run(process.argv.slice(2), { ...io, onSignal });
// What still holds the process open, such as a loaded model, has nothing left to do.
// What a server could not log has nothing to do with how it ended.
const exit = (): never => process.exit(failure === undefined || isStopped ? exitCode : EXIT.failed);
// Results wait for their reader, however slow it is; not so the last words of what was stopped.
if (isStopped) setTimeout(exit, lastWordsMs());
process.stdout.write("", (error) => {
  onOutputError(error);
  if (failure !== undefined && !isStopped)
    process.stderr.write(`earshot: the output could not be written: ${failure.message}\n`);
  exit();
});
