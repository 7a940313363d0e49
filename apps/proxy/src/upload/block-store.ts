import { createBlocks } from "./blocks.ts";
import type { Block } from "./blocks.ts";
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

/** Begins in memory; the file is opened with the first write. */
export function createBlockStore(settings: BlockStoreSettings): BlockStore {
  const { spool, budget } = settings;
  const blocks = createBlocks(budget);
  let file: SpoolFile | undefined;
  let flushedBytes = 0;
  let spills = false;
  let writing: Promise<void> | undefined;
  let closed: Promise<void> | undefined;

  const write = async ({ buffer, length, start }: Block): Promise<void> => {
    file ??= await spool.create();
    await file.write(buffer, length, start);
    blocks.removeFirst();
    flushedBytes += length;
    settings.onFlushed();
  };
  const writeFull = async (): Promise<void> => {
    try {
      for (let block = blocks.firstFull; block !== undefined; block = blocks.firstFull) {
        await write(block);
        if (closed !== undefined) return;
      }
    } catch (cause) {
      settings.onFailed(cause);
    } finally {
      writing = undefined;
    }
  };
  const startWriting = (): void => {
    if (spills && blocks.firstFull !== undefined) writing ??= writeFull();
  };
  const close = async (): Promise<void> => {
    await writing;
    blocks.clear();
    await file?.release();
  };

  return {
    append: (chunk) => {
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
