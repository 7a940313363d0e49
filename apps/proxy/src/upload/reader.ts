import { BLOCK_BYTES, giveBlock, takeBlock } from "./block-pool.ts";

/** Shorter pieces may still wait in the socket, which takes up to 64 KiB, when the next is asked for. */
const REUSED_BYTES = 128 * 1024;

/** Somebody who reads an upload from the first byte on. Who keeps pace with the client gets its pieces. */
export interface Reader {
  /** Of the next byte that it gets. */
  readonly position: number;
  /** How much it has been given and not taken. */
  readonly waitingBytes: number;
  readonly transient: boolean;
  /** Gives it a piece that has just come, unless it is still busy with what came before. */
  offer(piece: Buffer, start: number): void;
  /** What waits: several pieces as one where that may be copied together. Undefined when nothing does. */
  take(): Buffer | undefined;
  /** It got that many bytes from elsewhere. */
  advance(bytes: number): void;
  /** A buffer to read into, of that length at most: its own one where it may be used again. */
  bufferFor(length: number): Buffer;
  /** The bytes where nobody will write over them too early. */
  toSafe(bytes: Buffer): Buffer;
  close(): void;
}

/** `transient`: each piece is done with before the next is asked for, so one block may serve them all. */
export function createReader(transient: boolean): Reader {
  const pieces: Buffer[] = [];
  let position = 0;
  let waitingBytes = 0;
  let block: Buffer | undefined;

  const toSafe = (bytes: Buffer): Buffer =>
    bytes.buffer === block?.buffer && bytes.length < REUSED_BYTES ? Buffer.from(bytes) : bytes;
  const takeTogether = (): Buffer => {
    block ??= takeBlock();
    let length = 0;
    let count = 0;
    for (const piece of pieces) {
      if (length + piece.length > BLOCK_BYTES) break;
      length += piece.copy(block, length);
      count++;
    }
    pieces.splice(0, count);
    return toSafe(block.subarray(0, length));
  };
  return {
    get position() {
      return position;
    },
    get waitingBytes() {
      return waitingBytes;
    },
    transient,
    offer: (piece, start) => {
      if (position + waitingBytes !== start) return;
      pieces.push(piece);
      waitingBytes += piece.length;
    },
    take: () => {
      const isOne = pieces.length < 2 || (pieces[0]?.length ?? 0) >= REUSED_BYTES;
      const isTogether = transient && !isOne && waitingBytes >= REUSED_BYTES;
      const taken = isTogether ? takeTogether() : pieces.shift();
      position += taken?.length ?? 0;
      waitingBytes -= taken?.length ?? 0;
      return taken;
    },
    advance: (bytes) => {
      position += bytes;
    },
    bufferFor: (length) => {
      if (!transient || length < REUSED_BYTES) return Buffer.allocUnsafeSlow(length);
      block ??= takeBlock();
      return block.subarray(0, length);
    },
    toSafe,
    close: () => {
      if (block !== undefined) giveBlock(block);
      block = undefined;
    },
  };
}
