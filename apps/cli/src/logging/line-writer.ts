import { destination } from "pino";
import { countLines, MOST_UNREAD_BYTES } from "./bounded-output.ts";

/** Writes lines to a file descriptor without holding the event loop. */
export interface LineWriter {
  /** Together with others, a moment later. */
  readonly write: (lines: string) => void;
  /** After what came before, without waiting for more. */
  readonly writeNow: (lines: string) => void;
  /** Resolves when all is written, or cannot be; nothing is written any more after it. */
  readonly end: () => Promise<void>;
}

/**
 * Lines are written together, a fifth of a second late at most. Fewer bytes than a pipe takes in one
 * go, so that lines of several processes never mix.
 */
const BATCH_BYTES = 2048;
const BATCH_MS = 200;

/** How long a reader that does not read may hold up the end. */
const LAST_LINES_MS = 1000;

/**
 * Opens the writer of stdout or stderr. Lines that would make more than a mebibyte wait for a reader
 * that does not keep up are left out, and `onLost` is told how many once it has caught up.
 */
export function createLineWriter(fd: number, onLost: (lines: number) => void): LineWriter {
  const stream = destination({
    fd,
    sync: false,
    minLength: BATCH_BYTES,
    periodicFlush: BATCH_MS,
    maxLength: MOST_UNREAD_BYTES,
    retryEAGAIN: () => !isExiting,
  });
  let isOpen = true;
  let isExiting = false;
  let lost = 0;
  stream.on("drop", (lines) => {
    lost += countLines(String(lines));
  });
  stream.on("drain", () => {
    if (lost === 0) return;
    const lines = lost;
    lost = 0;
    onLost(lines);
  });
  // However the process ends, pino then writes what is left, and tries for as long as nobody reads.
  process.prependOnceListener("exit", () => {
    isExiting = true;
  });
  const close = (): void => {
    isOpen = false;
  };
  // Its reader is gone: there is nobody to tell.
  stream.on("error", close);
  const write = (lines: string): void => {
    if (isOpen) stream.write(lines);
  };
  return {
    write,
    writeNow: (lines) => {
      write(lines);
      if (isOpen) stream.flush();
    },
    // Not by `flushSync`, which tries for ever when the reader is gone.
    end: async () => {
      if (!isOpen) return;
      close();
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => {
          stream.destroy();
          resolve();
        }, LAST_LINES_MS);
        const finish = (): void => {
          clearTimeout(timer);
          resolve();
        };
        stream.once("close", finish);
        stream.once("error", finish);
        stream.end();
      });
    },
  };
}
