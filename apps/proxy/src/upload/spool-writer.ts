import type { MemoryBudget } from "./memory-budget.ts";
import type { SpoolFile, SpoolFolder } from "./spool-folder.ts";

export interface SpoolWriterSettings {
  readonly spool: SpoolFolder;
  readonly budget: MemoryBudget;
  /** Called whenever bytes have reached the file. */
  readonly onFlushed: () => void;
  /** Called once, with the system's error; nothing is written after it. */
  readonly onFailed: (cause: unknown) => void;
}

/**
 * Bytes on their way to a file. They are copied into blocks that are used again: holding on to the
 * pieces that arrive until the disk has them would make the garbage collector keep them for long.
 */
export interface SpoolWriter {
  append(chunk: Buffer): void;
  /** Writes also what does not fill a block yet. */
  flush(): void;
  /** How many bytes are not in the file yet. */
  readonly backlogBytes: number;
  /** Fills the buffer's beginning with bytes from that position on, at least one; answers that part. */
  read(position: number, buffer: Buffer): Promise<Buffer>;
  /** Lets go of everything; may be called twice. */
  close(): Promise<void>;
}

/** Of one write: fewer and larger ones cost less, more would only keep more memory. */
const BLOCK_BYTES = 256 * 1024;
const MAX_FREE_BLOCKS = 16;
const freeBlocks: Buffer[] = [];

interface Block {
  readonly buffer: Buffer;
  /** Of its first byte in the file. */
  readonly start: number;
  length: number;
}

const recycle = (buffer: Buffer): void => {
  if (freeBlocks.length < MAX_FREE_BLOCKS) freeBlocks.push(buffer);
};

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
      buffer: freeBlocks.pop() ?? Buffer.allocUnsafeSlow(BLOCK_BYTES),
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
      for (const { buffer } of all()) recycle(buffer);
      full.length = 0;
      filling = undefined;
    },
  };
};

/** Starts a file, which is opened with the first write. */
export function createSpoolWriter(settings: SpoolWriterSettings): SpoolWriter {
  const { spool, budget, onFlushed, onFailed } = settings;
  const blocks = createBlocks();
  let file: SpoolFile | undefined;
  let flushedBytes = 0;
  let writing: Promise<void> | undefined;
  let closed: Promise<void> | undefined;

  const writeFirst = async ({ buffer, length, start }: Block): Promise<void> => {
    file ??= await spool.create();
    await file.write(buffer, length, start);
    blocks.full.shift();
    flushedBytes += length;
    budget.add(-length);
    recycle(buffer);
    onFlushed();
  };
  const writeFull = async (): Promise<void> => {
    try {
      for (let [block] = blocks.full; block !== undefined; [block] = blocks.full) {
        if (closed !== undefined) break;
        await writeFirst(block);
      }
    } catch (cause) {
      onFailed(cause);
    } finally {
      writing = undefined;
    }
  };
  const startWriting = (): void => {
    if (blocks.full.length > 0) writing ??= writeFull();
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
    flush: () => {
      blocks.seal();
      startWriting();
    },
    get backlogBytes() {
      return blocks.appendedBytes - flushedBytes;
    },
    read: async (position, buffer) => {
      if (file === undefined || position >= flushedBytes) return blocks.read(position, buffer);
      const wanted = buffer.subarray(0, flushedBytes - position);
      return wanted.subarray(0, await file.read(wanted, position));
    },
    close: () => (closed ??= close()),
  };
}
