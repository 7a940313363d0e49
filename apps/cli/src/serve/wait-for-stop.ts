import type { CommandIo, StopSignal } from "../command-io.ts";
import { EXIT } from "../exit-codes.ts";

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

/** A server that signals steer. */
export interface SteeredServer {
  readonly io: Pick<CommandIo, "onSignal" | "onReload">;
  /** Lets running requests end within that time; resolves with how many were cut off. */
  readonly close: (graceMs: number) => Promise<number>;
  /** Reads the config anew; never rejects, and never runs twice at once. */
  readonly reload: () => Promise<void>;
  /** Called at the first signal. */
  readonly onStopping: () => void;
}

const exitCodeOf = (signal: StopSignal, cutOff: boolean): number => {
  if (signal === "SIGINT") return EXIT.interrupted;
  return cutOff ? EXIT.terminated : EXIT.ok;
};

/**
 * The task as something that may be asked for at any time: it never runs twice at once, and however
 * often it is asked for meanwhile, it runs once more. Resolves when nothing is left to do; the task
 * must not reject.
 */
export function coalesced(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let again = false;
  const run = async (): Promise<void> => {
    do {
      again = false;
      await task();
    } while (again);
    running = undefined;
  };
  return () => {
    again = running !== undefined;
    return (running ??= run());
  };
}

/**
 * Reloads at SIGHUP until a signal says to stop, then lets running requests end; a second one, a
 * second later, ends it at once.
 */
export function waitForStop({ io, close, reload, onStopping }: SteeredServer): Promise<Stopped> {
  return new Promise((resolve, reject) => {
    const reloadOnce = coalesced(reload);
    const ignoreReload = io.onReload?.(() => void reloadOnce());
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
      ignoreReload?.();
      onStopping();
      close(GRACE_MS).then((cutOff) => stop(cutOff > 0, true), reject);
    });
  });
}
