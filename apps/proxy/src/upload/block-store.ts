import { createBlocks } from "./blocks.ts";
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

const BATCH_BYTES = 1024 * 1024;
/** Smaller pieces are cheaper to copy than to keep account of. */
const WHOLE_BYTES = 16 * 1024;

/** The file behind a store, opened with the first write. */
const createLazyFile = (spool: SpoolFolder) => {
  let file: SpoolFile | undefined;
  return {
    /** Resolves with how many bytes these were. */
    write: async (buffers: readonly Buffer[], position: number): Promise<number> => {
      file ??= await spool.create();
      await file.write(buffers, position);
      return buffers.reduce((sum, { length }) => sum + length, 0);
    },
    /** Callers read only what they have written. */
    read: async (buffer: Buffer, position: number): Promise<Buffer> =>
      buffer.subarray(0, await file?.read(buffer, position)),
    release: async (): Promise<void> => file?.release(),
  };
};

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

/** Begins in memory; the file is opened with the first write. */
export function createBlockStore(settings: BlockStoreSettings): BlockStore {
  const blocks = createBlocks(settings.budget);
  const file = createLazyFile(settings.spool);
  let flushedBytes = 0;
  let spills = false;
  let isForced = false;
  let writing: Promise<void> | undefined;
  let closed: Promise<void> | undefined;

  const writeFull = async (): Promise<void> => {
    const batch = blocks.full.map(({ buffer, length }) => buffer.subarray(0, length));
    flushedBytes += await file.write(batch, flushedBytes);
    blocks.removeFull(batch.length);
    if (flushedBytes === blocks.appendedBytes) isForced = false;
    settings.onFlushed();
  };
  const writeWhile = async (isDue: () => boolean): Promise<void> => {
    try {
      while (isDue() && closed === undefined) await writeFull();
    } catch (cause) {
      settings.onFailed(cause);
    } finally {
      writing = undefined;
    }
  };
  /** Few large writes cost less than many small ones; where memory is short they must not wait. */
  const isDue = (): boolean =>
    blocks.full.length > 0 &&
    (isForced || settings.budget.isFull || blocks.appendedBytes - flushedBytes >= BATCH_BYTES);
  const startWriting = (): void => {
    if (spills && isDue()) writing ??= writeWhile(isDue);
  };
  const close = async (): Promise<void> => {
    await writing;
    blocks.clear();
    await file.release();
  };

  return {
    append: (chunk) => {
      if (spills && chunk.length >= WHOLE_BYTES) blocks.appendWhole(chunk);
      else blocks.append(chunk);
      startWriting();
    },
    spill: () => {
      spills = true;
      startWriting();
    },
    flush: () => {
      blocks.seal();
      isForced = true;
      startWriting();
    },
    get backlogBytes() {
      return spills ? blocks.appendedBytes - flushedBytes : 0;
    },
    read: async (position, buffer) => {
      if (position >= flushedBytes) return blocks.read(position, buffer);
      return file.read(buffer.subarray(0, flushedBytes - position), position);
    },
    close: () => (closed ??= close()),
  };
}
