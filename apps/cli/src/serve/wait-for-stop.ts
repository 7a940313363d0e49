import type { CommandIo, StopSignal } from "../command-io.ts";
import { EXIT } from "../exit-codes.ts";
import type { Serving } from "./serve.ts";

/** How long running requests may take after the first signal. */
const GRACE_MS = 10_000;
/** A terminal or a supervisor signals a whole group, and a parent passes the signal on: one request. */
const ECHO_MS = 1000;

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

/** Waits for a signal, then lets running requests end; a second one, a second later, ends it at once. */
export function waitForStop({
  serving,
  io,
  onStopping,
}: {
  readonly serving: Pick<Serving, "close">;
  readonly io: Pick<CommandIo, "onSignal">;
  /** Called at the first signal. */
  readonly onStopping: () => void;
}): Promise<Stopped> {
  return new Promise((resolve, reject) => {
    let stoppingSinceMs: number | undefined;
    const unsubscribe = io.onSignal((signal) => {
      const stop = (cutOff: boolean, graceful: boolean): void => {
        unsubscribe();
        resolve({ exitCode: exitCodeOf(signal, cutOff), graceful });
      };
      if (stoppingSinceMs !== undefined) {
        if (performance.now() - stoppingSinceMs > ECHO_MS) stop(true, false);
        return;
      }
      stoppingSinceMs = performance.now();
      onStopping();
      serving.close(GRACE_MS).then((cutOff) => stop(cutOff > 0, true), reject);
    });
  });
}
