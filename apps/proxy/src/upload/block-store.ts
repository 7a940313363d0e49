import { BLOCK_BYTES, giveBlock, takeBlock } from "./block-pool.ts";
import type { MemoryBudget } from "./memory-budget.ts";
import type { SpoolFile, SpoolFolder } from "./spool-folder.ts";

export interface BlockStoreSettings {
  readonly spool: SpoolFolder;
  readonly budget: MemoryBudget;
  /** Called whenever bytes have reached the file. */
  readonly onFlushed: () => void;
  /** Called once, with the system's error; nothing is written after it. */
  readonly onFailed: (cause: unknown) => void;
}

/** Bytes in memory and, once they spill, in a file. */
export interface BlockStore {
  append(chunk: Buffer): void;
  /** From now on whatever fills a block goes to the file. */
  spill(): void;
  /** Writes also what does not fill a block yet, where it spills. */
  flush(): void;
  /** How many bytes are still to be written; 0 unless it spills. */
  readonly backlogBytes: number;
  /** Fills the buffer's beginning with bytes from that position on, at least one; answers that part. */
  read(position: number, buffer: Buffer): Promise<Buffer>;
  /** Lets go of everything; may be called twice. */
  close(): Promise<void>;
}

interface Block {
  readonly buffer: Buffer;
  /** Of its first byte in the whole. */
  readonly start: number;
  length: number;
}

/** Cuts what is appended into blocks, and keeps them until they are in the file. */
const createBlocks = () => {
  const full: Block[] = [];
  let filling: Block | undefined;
  let appendedBytes = 0;
  const seal = (): void => {
    if (filling !== undefined) full.push(filling);
    filling = undefined;
  };
  const fill = (chunk: Buffer, from: number): number => {
    filling ??= {
      buffer: takeBlock(),
      start: appendedBytes,
      length: 0,
    };
    const copied = chunk.copy(filling.buffer, filling.length, from);
    filling.length += copied;
    appendedBytes += copied;
    if (filling.length === BLOCK_BYTES) seal();
    return copied;
  };
  const all = (): readonly Block[] => (filling === undefined ? full : [...full, filling]);
  return {
    full,
    seal,
    get appendedBytes() {
      return appendedBytes;
    },
    append: (chunk: Buffer): void => {
      for (let from = 0; from < chunk.length;) from += fill(chunk, from);
    },
    read: (position: number, buffer: Buffer): Buffer => {
      for (const block of all()) {
        const from = position - block.start;
        if (from >= 0 && from < block.length)
          return buffer.subarray(0, block.buffer.copy(buffer, 0, from, block.length));
      }
      throw new Error("Nothing was written at that position.");
    },
    clear: (): void => {
      for (const { buffer } of all()) giveBlock(buffer);
      full.length = 0;
      filling = undefined;
    },
  };
};

/** Begins in memory; the file is opened with the first write. */
export function createBlockStore(settings: BlockStoreSettings): BlockStore {
  const { spool, budget } = settings;
  const blocks = createBlocks();
  let file: SpoolFile | undefined;
  let flushedBytes = 0;
  let spills = false;
  let writing: Promise<void> | undefined;
  let closed: Promise<void> | undefined;

  const writeFirst = async (): Promise<void> => {
    const [block] = blocks.full;
    if (block === undefined) return;
    const { buffer, length, start } = block;
    file ??= await spool.create();
    await file.write(buffer, length, start);
    blocks.full.shift();
    flushedBytes += length;
    budget.add(-length);
    giveBlock(buffer);
    settings.onFlushed();
  };
  const writeFull = async (): Promise<void> => {
    try {
      while (blocks.full.length > 0 && closed === undefined) await writeFirst();
    } catch (cause) {
      settings.onFailed(cause);
    } finally {
      writing = undefined;
    }
  };
  const startWriting = (): void => {
    if (spills && blocks.full.length > 0) writing ??= writeFull();
  };
  const close = async (): Promise<void> => {
    await writing;
    budget.add(flushedBytes - blocks.appendedBytes);
    blocks.clear();
    await file?.release();
  };

  return {
    append: (chunk) => {
      budget.add(chunk.length);
      blocks.append(chunk);
      startWriting();
    },
    spill: () => {
      spills = true;
      startWriting();
    },
    flush: () => {
      blocks.seal();
      startWriting();
    },
    get backlogBytes() {
      return spills ? blocks.appendedBytes - flushedBytes : 0;
    },
    read: async (position, buffer) => {
      if (file === undefined || position >= flushedBytes) return blocks.read(position, buffer);
      const wanted = buffer.subarray(0, flushedBytes - position);
      return wanted.subarray(0, await file.read(wanted, position));
    },
    close: () => (closed ??= close()),
  };
}
