import type { Readable } from "node:stream";
import type { ForkWorker } from "./serve/cluster/worker-process.ts";

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

/** Everything that a command takes from its process, so that tests can hand in their own. */
export interface CommandIo {
  readonly stdin: Readable;
  readonly stdout: TextOutput;
  readonly stderr: TextOutput;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Calls the listener at every signal until the returned function is called. */
  readonly onSignal: (listener: (signal: StopSignal) => void) => () => void;
  /** The same for the wish that the config be read anew (SIGHUP); absent where nobody can ask. */
  readonly onReload?: (listener: () => void) => () => void;
  /** The same for the reader of stdout leaving, as `head` does; absent where nobody can tell. */
  readonly onReaderGone?: (listener: () => void) => () => void;
  /** The way to further processes; absent where the command runs inside another program. */
  readonly openCluster?: () => Promise<ForkWorker>;
}
