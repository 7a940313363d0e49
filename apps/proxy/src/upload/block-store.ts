import { TranscriptionError } from "@earshot/core";
import { BLOCK_BYTES, giveBlock, takeBlock } from "./memory.ts";
import type { MemoryBudget } from "./memory.ts";
import type { SpoolFile, SpoolFolder } from "./spool-folder.ts";

export interface BlockStoreSettings {
  readonly spool: SpoolFolder;
  readonly budget: MemoryBudget;
  /** Called whenever bytes have reached the file. */
  readonly onFlushed: () => void;
  /** Called once, with what clients may see; nothing is written after it. */
  readonly onFailed: (error: TranscriptionError) => void;
}

const BATCH_BYTES = 1024 * 1024;
/** Smaller pieces are cheaper to copy than to keep account of. */
const WHOLE_BYTES = 16 * 1024;

interface Block {
  readonly buffer: Buffer;
  /** True when its memory is used again. */
  readonly isPooled: boolean;
  /** Of its first byte in the whole. */
  readonly start: number;
  length: number;
}

/** Bytes in blocks, in order; what they take is on the budget's account. */
const createBlocks = (budget: MemoryBudget) => {
  /** Those to which nothing will be added. */
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
  return {
    full,
    seal,
    appendedBytes: (): number => appendedBytes,
    /** Copies the bytes, so that the chunk may go: for what is to stay. */
    append: (chunk: Buffer): void => {
      budget.add(chunk.length);
      for (let from = 0; from < chunk.length;) from += fill(chunk, from);
    },
    /** Takes the chunk as it is, as a full block: for what will soon be gone. */
    appendWhole: (chunk: Buffer): void => {
      seal();
      budget.add(chunk.length);
      full.push({ buffer: chunk, isPooled: false, start: appendedBytes, length: chunk.length });
      appendedBytes += chunk.length;
    },
    read: (position: number, buffer: Buffer): Buffer => {
      for (const block of filling === undefined ? full : [...full, filling]) {
        const from = position - block.start;
        if (from >= 0 && from < block.length)
          return buffer.subarray(0, block.buffer.copy(buffer, 0, from, block.length));
      }
      throw new Error("Nothing was appended at that position.");
    },
    /** Forgets that many of the full ones, the first ones. */
    removeFull: (count: number): void => {
      for (const block of full.splice(0, count)) {
        budget.add(-block.length);
        if (block.isPooled) giveBlock(block.buffer);
      }
    },
  };
};

/** Clients see the message, and only operators where the folder is. */
const toWriteError = ({ path }: SpoolFolder, cause: unknown): TranscriptionError => {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new TranscriptionError(
    "internal",
    "The upload could not be written to disk. The gateway's log says why.",
    { cause: new Error(`${path}: ${reason}`, { cause }) },
  );
};

/** Bytes in memory and, once they spill, in a file, which is opened with the first write. */
export class BlockStore {
  readonly #settings: BlockStoreSettings;
  readonly #blocks: ReturnType<typeof createBlocks>;
  #file: SpoolFile | undefined;
  #flushedBytes = 0;
  #spills = false;
  #isForced = false;
  #writing: Promise<void> | undefined;
  #closed: Promise<void> | undefined;

  constructor(settings: BlockStoreSettings) {
    this.#settings = settings;
    this.#blocks = createBlocks(settings.budget);
  }

  append(chunk: Buffer): void {
    if (this.#spills && chunk.length >= WHOLE_BYTES) this.#blocks.appendWhole(chunk);
    else this.#blocks.append(chunk);
    this.#startWriting();
  }

  /** From now on whatever fills a block goes to the file. */
  spill(): void {
    this.#spills = true;
    this.#startWriting();
  }

  /** Writes also what does not fill a block yet, where it spills. */
  flush(): void {
    this.#blocks.seal();
    this.#isForced = true;
    this.#startWriting();
  }

  /** How many bytes are still to be written; 0 unless it spills. */
  get backlogBytes(): number {
    return this.#spills ? this.#unwrittenBytes() : 0;
  }

  /** Fills the buffer's beginning with bytes from that position on, at least one; answers that part. */
  async read(position: number, buffer: Buffer): Promise<Buffer> {
    if (position >= this.#flushedBytes) return this.#blocks.read(position, buffer);
    const wanted = buffer.subarray(0, this.#flushedBytes - position);
    return wanted.subarray(0, await this.#file?.read(wanted, position));
  }

  /** Lets go of everything; may be called twice. */
  close(): Promise<void> {
    return (this.#closed ??= this.#close());
  }

  #unwrittenBytes(): number {
    return this.#blocks.appendedBytes() - this.#flushedBytes;
  }

  /** Few large writes cost less than many small ones; where memory is short they must not wait. */
  #isDue(): boolean {
    const isUrgent = this.#isForced || this.#settings.budget.isFull;
    return this.#blocks.full.length > 0 && (isUrgent || this.#unwrittenBytes() >= BATCH_BYTES);
  }

  #startWriting(): void {
    if (this.#spills && this.#isDue()) this.#writing ??= this.#writeWhileDue();
  }

  async #writeWhileDue(): Promise<void> {
    try {
      while (this.#isDue() && this.#closed === undefined) await this.#writeFull();
    } catch (cause) {
      this.#settings.onFailed(toWriteError(this.#settings.spool, cause));
    } finally {
      this.#writing = undefined;
    }
  }

  async #writeFull(): Promise<void> {
    const batch = this.#blocks.full.map(({ buffer, length }) => buffer.subarray(0, length));
    this.#file ??= await this.#settings.spool.create();
    await this.#file.write(batch, this.#flushedBytes);
    for (const { length } of batch) this.#flushedBytes += length;
    this.#blocks.removeFull(batch.length);
    if (this.#unwrittenBytes() === 0) this.#isForced = false;
    this.#settings.onFlushed();
  }

  async #close(): Promise<void> {
    await this.#writing;
    this.#blocks.seal();
    this.#blocks.removeFull(this.#blocks.full.length);
    await this.#file?.release();
  }
}
