import type { CommandIo, StopSignal } from "../command-io.ts";
import { EXIT } from "../exit-codes.ts";
import type { Serving } from "./serve.ts";

/** How long running requests may take after the first signal. */
const GRACE_MS = 10_000;

/** How the server ended. */
export interface Stopped {
  /** 130 after Ctrl-C; after SIGTERM 0 when nothing was cut off, otherwise 143. */
  readonly exitCode: number;
  /** False after a second signal: something may still be running. */
  readonly graceful: boolean;
}

const exitCodeOf = (signal: StopSignal, cutOff: boolean): number => {
  if (signal === "SIGINT") return EXIT.interrupted;
  return cutOff ? EXIT.terminated : EXIT.ok;
};

/** Counts the requests that have no whole answer yet. */
const countRunning = ({ proxy }: Serving): (() => number) => {
  const running = new Set<object>();
  proxy.server.on("request", (_request, response) => {
    running.add(response);
    response.once("close", () => running.delete(response));
  });
  return () => running.size;
};

/** Resolves with whether some request had to be cut off. */
const drain = async (serving: Serving, running: () => number): Promise<boolean> => {
  let cutOff = false;
  // Set before the server's own timer of the same length, so it looks before that one cuts.
  const expiry = setTimeout(() => {
    cutOff = running() > 0;
  }, GRACE_MS);
  await serving.close(GRACE_MS);
  clearTimeout(expiry);
  return cutOff;
};

/** Waits for a signal, then lets running requests end; a second signal ends it at once. */
export function waitForStop({
  serving,
  io,
  onStopping,
}: {
  readonly serving: Serving;
  readonly io: CommandIo;
  /** Called at the first signal. */
  readonly onStopping: () => void;
}): Promise<Stopped> {
  const running = countRunning(serving);
  return new Promise((resolve, reject) => {
    let stopping = false;
    const unsubscribe = io.onSignal((signal) => {
      const stop = (cutOff: boolean, graceful: boolean): void => {
        unsubscribe();
        resolve({ exitCode: exitCodeOf(signal, cutOff), graceful });
      };
      if (stopping) {
        stop(true, false);
        return;
      }
      stopping = true;
      onStopping();
      drain(serving, running).then((cutOff) => stop(cutOff, true), reject);
    });
  });
}
