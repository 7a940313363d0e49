import { write as writeToFile, writeSync } from "node:fs";
import { countLines, MOST_UNREAD_BYTES } from "./bounded-output.ts";

type Written = (error: NodeJS.ErrnoException | null, bytes: number) => void;

/** Writes some of the bytes, as the system does. */
export type WriteBytes = (fd: number, bytes: Buffer, written: Written) => void;

/**
 * Lines are written together, a fifth of a second late at most. Fewer bytes than a pipe takes in one
 * go, so that lines of several processes never mix.
 */
const BATCH_BYTES = 2048;
const BATCH_MS = 200;

/** How soon to try again where the output takes nothing: a full pipe, a full disk. */
const RETRY_MS = 100;

/** Its reader is slow, not gone, and nothing is broken. */
const isBusy = ({ code }: NodeJS.ErrnoException): boolean => code === "EAGAIN" || code === "EBUSY";

const NOTHING: Buffer = Buffer.alloc(0);

/** How long a reader that does not read may hold up the end of a process, all its outputs together. */
const LAST_WORDS_MS = 1000;

let lastWordsBeganAtMs: number | undefined;

/** What is left of the time for last words, in milliseconds; it begins with the first call. */
export function lastWordsMs(): number {
  lastWordsBeganAtMs ??= performance.now();
  return Math.max(0, lastWordsBeganAtMs + LAST_WORDS_MS - performance.now());
}

/**
 * Writes lines to a file descriptor, stdout's or stderr's, without holding the event loop. Lines that
 * would make more than a mebibyte wait for an output that does not take them are left out. Only a
 * reader that has gone ends the writing.
 */
export class LineWriter {
  readonly #fd: number;
  readonly #onLost: (lines: number) => void;
  readonly #writeBytes: WriteBytes;
  /** What the system has been given, or could not take. */
  #current = NOTHING;
  #waiting = "";
  #waitingBytes = 0;
  #lost = 0;
  #isOpen = true;
  #isWriting = false;
  /** Between a write that failed and the next try. */
  #isPausing = false;
  #timer: NodeJS.Timeout | undefined;
  #onEnd: (() => void) | undefined;

  /** `onLost` is told how many lines were left out once the output has caught up; tests write by themselves. */
  constructor(fd: number, onLost: (lines: number) => void, writeBytes: WriteBytes = writeToFile) {
    this.#fd = fd;
    this.#onLost = onLost;
    this.#writeBytes = writeBytes;
    process.once("exit", this.#writeLast);
  }

  /** Together with others, a moment later. */
  readonly write = (lines: string): void => {
    if (!this.#isOpen) return;
    const bytes = Buffer.byteLength(lines);
    if (this.#current.length + this.#waitingBytes + bytes > MOST_UNREAD_BYTES) {
      this.#lost += countLines(lines);
      return;
    }
    this.#waiting += lines;
    this.#waitingBytes += bytes;
    if (this.#isWriting || this.#isPausing) return;
    if (this.#waitingBytes >= BATCH_BYTES) this.#begin();
    else this.#beginIn(BATCH_MS);
  };

  /** After what came before, without waiting for more. */
  readonly writeNow = (lines: string): void => {
    this.write(lines);
    if (this.#isOpen && !this.#isPausing) this.#begin();
  };

  /** Resolves when all is written, or cannot be; nothing is written any more after it. */
  readonly end = async (): Promise<void> => {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    await new Promise<void>((resolve) => {
      const limit = setTimeout(this.#stop, lastWordsMs());
      this.#onEnd = () => {
        clearTimeout(limit);
        resolve();
      };
      this.#begin();
    });
  };

  #takeWaiting(): Buffer {
    const taken = Buffer.from(this.#waiting);
    this.#waiting = "";
    this.#waitingBytes = 0;
    return taken;
  }

  readonly #begin = (): void => {
    if (this.#isWriting) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isPausing = false;
    if (this.#current.length === 0) this.#current = this.#takeWaiting();
    if (this.#current.length > 0) {
      this.#isWriting = true;
      this.#writeBytes(this.#fd, this.#current, this.#onWritten);
    } else if (this.#onEnd !== undefined) this.#stop();
  };

  #beginIn(delayMs: number): void {
    this.#timer ??= setTimeout(this.#begin, delayMs).unref();
  }

  readonly #onWritten: Written = (error, bytes) => {
    this.#isWriting = false;
    // The end did not wait for it.
    if (this.#current.length === 0) return;
    if (error !== null) {
      this.#onFailed(error);
      return;
    }
    this.#current = this.#current.subarray(bytes);
    if (this.#current.length === 0) this.#tellLost();
    if (this.#current.length > 0 || this.#waitingBytes >= BATCH_BYTES || this.#onEnd !== undefined)
      this.#begin();
    else if (this.#waitingBytes > 0) this.#beginIn(BATCH_MS);
  };

  #onFailed(error: NodeJS.ErrnoException): void {
    // Nobody is left to tell; and at the end there is no time to wait for room on a disk.
    if (error.code === "EPIPE" || (this.#onEnd !== undefined && !isBusy(error))) {
      this.#stop();
      return;
    }
    this.#isPausing = true;
    this.#beginIn(RETRY_MS);
  }

  #tellLost(): void {
    if (this.#lost === 0 || this.#waitingBytes >= BATCH_BYTES) return;
    const lines = this.#lost;
    this.#lost = 0;
    this.#onLost(lines);
  }

  readonly #stop = (): void => {
    this.#isOpen = false;
    clearTimeout(this.#timer);
    this.#current = NOTHING;
    this.#takeWaiting();
    process.off("exit", this.#writeLast);
    this.#onEnd?.();
  };

  /** However the process ends; one try, since nothing may hold up an end that nobody waits for. */
  readonly #writeLast = (): void => {
    const rest = this.#isWriting ? NOTHING : this.#current;
    const last = Buffer.concat([rest, this.#takeWaiting()]);
    try {
      for (let at = 0; at < last.length;) at += writeSync(this.#fd, last, at);
    } catch {
      // It takes no more.
    }
  };
}
