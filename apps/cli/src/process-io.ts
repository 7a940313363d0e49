import type { WriteStream } from "node:tty";
import type { CommandIo, StopSignal, TextOutput } from "./command-io.ts";

const SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM"];

const USUAL_COLUMNS = 80;

const toOutput = (stream: WriteStream & { readonly fd: number }): TextOutput => ({
  write: (text) => {
    stream.write(text);
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
});

const onReload: NonNullable<CommandIo["onReload"]> = (listener) => {
  process.on("SIGHUP", listener);
  return () => process.off("SIGHUP", listener);
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
    openCluster: async () => {
      const { openCluster } = await import("./serve/cluster/open-cluster.ts");
      return openCluster();
    },
  };
}
