import type { WriteStream } from "node:tty";
import type { CommandIo, StopSignal, TextOutput } from "./command-io.ts";

const SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM"];

const toOutput = (stream: WriteStream & { readonly fd: number }): TextOutput => ({
  write: (text) => {
    stream.write(text);
  },
  get isTTY() {
    return stream.isTTY;
  },
  get columns() {
    // Both are undefined where the stream is no terminal, whatever the types say.
    return stream.isTTY ? stream.columns : 80;
  },
  fd: stream.fd,
});

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
  };
}
