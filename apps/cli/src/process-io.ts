import { closeSync, openSync } from "node:fs";
import type { WriteStream } from "node:tty";
import type { CommandIo, StopSignal, TextOutput } from "./command-io.ts";

const SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM"];

const USUAL_COLUMNS = 80;

const toOutput = (stream: WriteStream & { readonly fd: number }): TextOutput => ({
  write: (text, onFailed) => {
    stream.write(text, (error) => {
      if (error) onFailed?.(error);
    });
  },
  get isTTY() {
    return stream.isTTY;
  },
  get columns() {
    // Undefined where the stream is no terminal, whatever the types say; 0 where the terminal has
    // not been told its size.
    return stream.isTTY && stream.columns > 0 ? stream.columns : USUAL_COLUMNS;
  },
  fd: stream.fd,
  get unreadBytes() {
    return stream.writableLength;
  },
});

const hasTerminal = (): boolean => {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
};

/** SIGHUP is also how a terminal that is closed ends what runs in it. */
const onReload: NonNullable<CommandIo["onReload"]> = (listener) => {
  const isInTerminal = (process.stdout.isTTY || process.stderr.isTTY) && hasTerminal();
  const onHangup = (): void => {
    if (isInTerminal && !hasTerminal()) process.kill(process.pid, "SIGTERM");
    else listener();
  };
  process.on("SIGHUP", onHangup);
  return () => process.off("SIGHUP", onHangup);
};

const onReaderGone: NonNullable<CommandIo["onReaderGone"]> = (listener) => {
  const onError = (error: NodeJS.ErrnoException): void => {
    if (error.code === "EPIPE") listener();
  };
  process.stdout.on("error", onError);
  return () => process.stdout.off("error", onError);
};

/** The streams, the environment and the signals of this process. */
export function processIo(): CommandIo {
  return {
    stdin: process.stdin,
    stdout: toOutput(process.stdout),
    stderr: toOutput(process.stderr),
    environment: process.env,
    onSignal: (listener) => {
      for (const signal of SIGNALS) process.on(signal, listener);
      return () => {
        for (const signal of SIGNALS) process.off(signal, listener);
      };
    },
    ...(process.platform === "win32" ? {} : { onReload }),
    onReaderGone,
    openCluster: async () => {
      const { openCluster } = await import("./serve/cluster/open-cluster.ts");
      return openCluster();
    },
  };
}
