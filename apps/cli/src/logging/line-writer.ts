import { destination } from "pino";

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

/** Opens the writer of stdout or stderr. */
export function createLineWriter(fd: number): LineWriter {
  const stream = destination({
    fd,
    sync: false,
    minLength: BATCH_BYTES,
    periodicFlush: BATCH_MS,
  });
  let isOpen = true;
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
        const timer = setTimeout(resolve, LAST_LINES_MS);
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
