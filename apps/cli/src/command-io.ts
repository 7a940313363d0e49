import type { Readable } from "node:stream";

/** Where text goes. */
export interface TextOutput {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Width of the terminal in characters; 80 when there is none. */
  readonly columns: number;
  /** The file descriptor behind it, for writers that are faster on it; undefined when there is none. */
  readonly fd: number | undefined;
}

export type StopSignal = "SIGINT" | "SIGTERM";

/** Everything that a command takes from its process, so that tests can hand in their own. */
export interface CommandIo {
  readonly stdin: Readable;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Calls the listener at every signal until the returned function is called. */
  readonly onSignal: (listener: (signal: StopSignal) => void) => () => void;
}
