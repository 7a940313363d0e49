import type { CommandIo, StopSignal } from "../command-io.ts";
import { EXIT } from "../exit-codes.ts";
import type { Serving } from "./serve.ts";

/** How long running requests may take after the first signal. */
export const GRACE_MS = 10_000;

const exitCodeOf = (signal: StopSignal, forced: boolean): number => {
  if (signal === "SIGINT") return EXIT.interrupted;
  return forced ? EXIT.terminated : EXIT.ok;
};

export interface StopOptions {
  readonly serving: Serving;
  readonly io: CommandIo;
  /** Called at the first signal. */
  readonly onStopping: () => void;
}

/**
 * Waits for a signal, then lets running requests end; a second signal ends it at once. Resolves with
 * the exit code: 130 after Ctrl-C; after SIGTERM 0 when nothing was cut off, otherwise 143.
 */
export function waitForStop({ serving, io, onStopping }: StopOptions): Promise<number> {
  const { server } = serving.proxy;
  const running = new Set<object>();
  server.on("request", (_request, response) => {
    running.add(response);
    response.once("close", () => running.delete(response));
  });
  return new Promise((resolve, reject) => {
    let stopping = false;
    const unsubscribe = io.onSignal((signal) => {
      if (stopping) {
        unsubscribe();
        resolve(exitCodeOf(signal, true));
        return;
      }
      stopping = true;
      onStopping();
      const expired = setTimeout(() => {
        cutOff = running.size;
      }, GRACE_MS);
      let cutOff = 0;
      serving.close(GRACE_MS).then(() => {
        clearTimeout(expired);
        unsubscribe();
        resolve(exitCodeOf(signal, cutOff > 0));
      }, reject);
    });
  });
}
