import type { Readable } from "node:stream";
import type { MessageFromWorker, MessageToWorker } from "./messages.ts";

/** How a process ended: its exit code, or the signal that ended it. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A process that serves together with others. */
export interface WorkerProcess {
  readonly pid: number;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Does nothing when the process is gone. */
  readonly send: (message: MessageToWorker) => void;
  readonly onMessage: (listener: (message: MessageFromWorker) => void) => void;
  /** Resolves when it has ended and its last output was read. */
  readonly ended: Promise<ProcessEnd>;
  /** Ends it at once. */
  readonly kill: () => void;
}

/** Starts one more process. */
export type ForkWorker = () => WorkerProcess;
