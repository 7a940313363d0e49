import { BLOCK_BYTES, giveBlock, takeBlock } from "./block-pool.ts";
import type { MemoryBudget } from "./memory-budget.ts";

export interface Block {
  readonly buffer: Buffer;
  /** True when its memory is used again. */
  readonly isPooled: boolean;
  /** Of its first byte in the whole. */
  readonly start: number;
  length: number;
}

/** Bytes in blocks, in order; what they take is on the budget's account. */
export interface Blocks {
  readonly appendedBytes: number;
  /** Those to which nothing will be added. */
  readonly full: readonly Block[];
  /** Copies the bytes, so that the chunk may go: for what is to stay. */
  append(chunk: Buffer): void;
  /** Takes the chunk as it is, as a full block: for what will soon be gone. */
  appendWhole(chunk: Buffer): void;
  /** Adds nothing more to the last one. */
  seal(): void;
  /** Fills the buffer's beginning with bytes from that position on, at least one; answers that part. */
  read(position: number, buffer: Buffer): Buffer;
  /** Forgets that many of the full ones, the first ones. */
  removeFull(count: number): void;
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
    filling ??= { buffer: takeBlock(), isPooled: true, start: appendedBytes, length: 0 };
    const copied = chunk.copy(filling.buffer, filling.length, from);
    filling.length += copied;
    appendedBytes += copied;
    if (filling.length === BLOCK_BYTES) seal();
    return copied;
  };
  const removeFull = (count: number): void => {
    for (const block of full.splice(0, count)) {
      budget.add(-block.length);
      if (block.isPooled) giveBlock(block.buffer);
    }
  };
  return {
    get appendedBytes() {
      return appendedBytes;
    },
    full,
    append: (chunk) => {
      budget.add(chunk.length);
      for (let from = 0; from < chunk.length;) from += fill(chunk, from);
    },
    appendWhole: (chunk) => {
      seal();
      budget.add(chunk.length);
      full.push({ buffer: chunk, isPooled: false, start: appendedBytes, length: chunk.length });
      appendedBytes += chunk.length;
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
    removeFull,
    clear: () => {
      seal();
      removeFull(full.length);
    },
  };
}
