import { closeSync, openSync } from "node:fs";
import type { Readable } from "node:stream";
import type { WriteStream } from "node:tty";

/** Where text goes. */
export interface TextOutput {
  /** `onFailed` is called, now or later, where the system did not take the text. */
  write(text: string, onFailed?: (error: NodeJS.ErrnoException) => void): void;
  readonly isTTY: boolean;
  /** Width of the terminal in characters; 80 when there is none. */
  readonly columns: number;
  /** The file descriptor behind it, for writers that are faster on it; undefined when there is none. */
  readonly fd: number | undefined;
  /** How much of what was written its reader has not taken yet; undefined where nobody can tell. */
  readonly unreadBytes?: number;
}

export type StopSignal = "SIGINT" | "SIGTERM";

/** Variables by their names. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything that a command takes from its process, so that tests can hand in their own. */
export interface CommandIo {
  readonly stdin: Readable;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly environment: Environment;
  /** Calls the listener at every signal until the returned function is called. */
  readonly onSignal: (listener: (signal: StopSignal) => void) => () => void;
  /** The same for the wish that the config be read anew (SIGHUP); absent where nobody can ask. */
  readonly onReload?: (listener: () => void) => () => void;
  /** The same for the reader of stdout leaving, as `head` does; absent where nobody can tell. */
  readonly onReaderGone?: (listener: () => void) => () => void;
  /** True where the command has its process to itself and may start more; default: it runs inside another program. */
  readonly ownsProcess?: boolean;
}

const USUAL_COLUMNS = 80;

/** An output of this process; `terminal` says what is behind it where the stream itself cannot tell. */
export const streamOutput = (
  stream: WriteStream & { readonly fd: number },
  terminal: Pick<TextOutput, "isTTY" | "columns"> = stream,
): TextOutput => ({
  write: (text, onFailed) => {
    stream.write(text, (error) => {
      if (error) onFailed?.(error);
    });
  },
  get isTTY() {
    return terminal.isTTY;
  },
  get columns() {
    // Undefined where the stream is no terminal, whatever the types say; 0 where the terminal has
    // not been told its size.
    return terminal.isTTY && terminal.columns > 0 ? terminal.columns : USUAL_COLUMNS;
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

const SIGNALS: readonly StopSignal[] = ["SIGINT", "SIGTERM"];

/** The streams, the environment and the signals of this process. */
export function processIo(): CommandIo {
  return {
    stdin: process.stdin,
    stdout: streamOutput(process.stdout),
    stderr: streamOutput(process.stderr),
    environment: process.env,
    onSignal: (listener) => {
      for (const signal of SIGNALS) process.on(signal, listener);
      return () => {
        for (const signal of SIGNALS) process.off(signal, listener);
      };
    },
    ...(process.platform === "win32" ? {} : { onReload }),
    onReaderGone,
    ownsProcess: true,
  };
}
