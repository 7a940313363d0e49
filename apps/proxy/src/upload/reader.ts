import { BLOCK_BYTES, giveBlock, takeBlock } from "./memory.ts";

/** Shorter pieces may still wait in the socket, which takes up to 64 KiB, when the next is asked for. */
const REUSED_BYTES = 128 * 1024;

/** Somebody who reads an upload from the first byte on. Who keeps pace with the client gets its pieces. */
export class Reader {
  /** Each piece is done with before the next is asked for, so one block may serve them all. */
  readonly transient: boolean;
  readonly #pieces: Buffer[] = [];
  #position = 0;
  #waitingBytes = 0;
  #block: Buffer | undefined;

  constructor(transient: boolean) {
    this.transient = transient;
  }

  /** Of the next byte that it gets. */
  get position(): number {
    return this.#position;
  }

  /** How much it has been given and not taken. */
  get waitingBytes(): number {
    return this.#waitingBytes;
  }

  /** Gives it a piece that has just come, unless it is still busy with what came before. */
  offer(piece: Buffer, start: number): void {
    if (this.#position + this.#waitingBytes !== start) return;
    this.#pieces.push(piece);
    this.#waitingBytes += piece.length;
  }

  /** What waits: several pieces as one where that may be copied together. Undefined when nothing does. */
  take(): Buffer | undefined {
    const isOne = this.#pieces.length < 2 || (this.#pieces[0]?.length ?? 0) >= REUSED_BYTES;
    const isTogether = this.transient && !isOne && this.#waitingBytes >= REUSED_BYTES;
    const taken = isTogether ? this.#takeTogether() : this.#pieces.shift();
    this.#position += taken?.length ?? 0;
    this.#waitingBytes -= taken?.length ?? 0;
    return taken;
  }

  /** It got that many bytes from elsewhere. */
  advance(bytes: number): void {
    this.#position += bytes;
  }

  /** A buffer to read into, of that length at most: its own one where it may be used again. */
  bufferFor(length: number): Buffer {
    if (!this.transient || length < REUSED_BYTES) return Buffer.allocUnsafeSlow(length);
    this.#block ??= takeBlock();
    return this.#block.subarray(0, length);
  }

  /** The bytes where nobody will write over them too early. */
  toSafe(bytes: Buffer): Buffer {
    const isOwn = bytes.buffer === this.#block?.buffer;
    return isOwn && bytes.length < REUSED_BYTES ? Buffer.from(bytes) : bytes;
  }

  close(): void {
    if (this.#block !== undefined) giveBlock(this.#block);
    this.#block = undefined;
  }

  #takeTogether(): Buffer {
    this.#block ??= takeBlock();
    let length = 0;
    let count = 0;
    for (const piece of this.#pieces) {
      if (length + piece.length > BLOCK_BYTES) break;
      length += piece.copy(this.#block, length);
      count++;
    }
    this.#pieces.splice(0, count);
    return this.toSafe(this.#block.subarray(0, length));
  }
}

/** Lets any number of waiters know that something has changed; what has, they look up themselves. */
export class Notifier {
  #waiting: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Wakes every waiter once. */
  notify(): void {
    if (this.#waiting.length === 0) return;
    const woken = this.#waiting;
    this.#waiting = [];
    for (const resume of woken) resume();
  }
}
