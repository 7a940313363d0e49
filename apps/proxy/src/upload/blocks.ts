import { BLOCK_BYTES, giveBlock, takeBlock } from "./block-pool.ts";
import type { MemoryBudget } from "./memory-budget.ts";

export interface Block {
  readonly buffer: Buffer;
  /** Of its first byte in the whole. */
  readonly start: number;
  length: number;
}

/** Bytes in blocks, in order; what they take is on the budget's account. */
export interface Blocks {
  readonly appendedBytes: number;
  /** The first one to which nothing will be added. */
  readonly firstFull: Block | undefined;
  append(chunk: Buffer): void;
  /** Adds nothing more to the last one. */
  seal(): void;
  /** Fills the buffer's beginning with bytes from that position on, at least one; answers that part. */
  read(position: number, buffer: Buffer): Buffer;
  removeFirst(): void;
  clear(): void;
}

export function createBlocks(budget: MemoryBudget): Blocks {
  const full: Block[] = [];
  let filling: Block | undefined;
  let appendedBytes = 0;
  const seal = (): void => {
    if (filling !== undefined) full.push(filling);
    filling = undefined;
  };
  const fill = (chunk: Buffer, from: number): number => {
    filling ??= { buffer: takeBlock(), start: appendedBytes, length: 0 };
    const copied = chunk.copy(filling.buffer, filling.length, from);
    filling.length += copied;
    appendedBytes += copied;
    if (filling.length === BLOCK_BYTES) seal();
    return copied;
  };
  const removeFirst = (): void => {
    const block = full.shift();
    if (block === undefined) return;
    budget.add(-block.length);
    giveBlock(block.buffer);
  };
  return {
    get appendedBytes() {
      return appendedBytes;
    },
    get firstFull() {
      return full[0];
    },
    append: (chunk) => {
      budget.add(chunk.length);
      for (let from = 0; from < chunk.length;) from += fill(chunk, from);
    },
    seal,
    read: (position, buffer) => {
      for (const block of filling === undefined ? full : [...full, filling]) {
        const from = position - block.start;
        if (from >= 0 && from < block.length)
          return buffer.subarray(0, block.buffer.copy(buffer, 0, from, block.length));
      }
      throw new Error("Nothing was appended at that position.");
    },
    removeFirst,
    clear: () => {
      seal();
      while (full.length > 0) removeFirst();
    },
  };
}
