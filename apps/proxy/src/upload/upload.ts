import { TranscriptionError } from "@earshot/core";
import type { AudioFile } from "@earshot/core";
import type { MemoryBudget } from "./memory-budget.ts";
import type { SpoolFile, SpoolFolder } from "./spool-folder.ts";

export interface UploadSettings {
  readonly fileName: string;
  readonly mediaType: string;
  /** Bytes kept in memory before the rest and all goes to a file. */
  readonly memoryBytes: number;
  readonly budget: MemoryBudget;
  readonly spool: SpoolFolder;
}

const READ_BYTES = 256 * 1024;
/** A spooled upload is written in pieces of about this size; a writer waits from four of them on. */
const FLUSH_BYTES = 256 * 1024;
const NOTHING: Buffer = Buffer.alloc(0);

const gone = (): TranscriptionError =>
  new TranscriptionError("aborted", "The upload is gone because its request ended.");

/** The client's audio: written once as it arrives, read any number of times, also meanwhile. */
export class Upload implements AudioFile {
  readonly type = "file";
  readonly fileName: string;
  readonly mediaType: string;
  readonly durationSeconds = undefined;
  readonly #settings: UploadSettings;
  /** What is not in the file yet: everything from `#flushedBytes` on. */
  #chunks: Buffer[] = [];
  #memoryBytes = 0;
  #receivedBytes = 0;
  #flushedBytes = 0;
  #ended = false;
  #failure: TranscriptionError | undefined;
  #disposed = false;
  #file: SpoolFile | undefined;
  #spooling: Promise<void> | undefined;
  #waiting: (() => void)[] = [];

  constructor(settings: UploadSettings) {
    this.#settings = settings;
    this.fileName = settings.fileName;
    this.mediaType = settings.mediaType;
  }

  get sizeBytes(): number | undefined {
    return this.#ended ? this.#receivedBytes : undefined;
  }

  /** Adds bytes; answers a promise when the writer should wait before it adds more. */
  write(chunk: Buffer): Promise<void> | undefined {
    if (this.#disposed || this.#failure !== undefined) return undefined;
    const { budget, memoryBytes } = this.#settings;
    this.#chunks.push(chunk);
    this.#receivedBytes += chunk.length;
    this.#memoryBytes += chunk.length;
    budget.add(chunk.length);
    this.#wake();
    const spools = this.#file !== undefined || this.#memoryBytes > memoryBytes || budget.isFull;
    if (spools && (this.#memoryBytes >= FLUSH_BYTES || budget.isFull))
      this.#spooling ??= this.#spool();
    return this.#memoryBytes >= 4 * FLUSH_BYTES || budget.isFull ? this.#spooling : undefined;
  }

  /** No more bytes will come. */
  end(): void {
    this.#ended = true;
    this.#wake();
  }

  /** The upload broke: readers get the error. */
  fail(error: TranscriptionError): void {
    this.#failure ??= error;
    this.#wake();
  }

  /** Frees memory and removes the spool file; readers get `aborted`. May be called twice. */
  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#wake();
    await this.#spooling;
    this.#release(this.#memoryBytes);
    this.#chunks = [];
    await this.#file?.remove();
  }

  async *open(): AsyncIterable<Uint8Array> {
    for (let position = 0; ;) {
      const bytes = await this.#readAt(position, READ_BYTES);
      position += bytes.length;
      if (bytes.length > 0) yield bytes;
      else if (this.#ended && position >= this.#receivedBytes) return;
      else if (position >= this.#receivedBytes) await this.#nextChange();
    }
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    const parts: Buffer[] = [];
    let position = start;
    while (position < end) {
      const bytes = await this.#readAt(position, end - position);
      if (bytes.length === 0) break;
      parts.push(bytes.subarray(0, end - position));
      position += bytes.length;
    }
    return parts.length === 1 ? (parts[0] ?? NOTHING) : Buffer.concat(parts);
  }

  #wake(): void {
    const woken = this.#waiting;
    this.#waiting = [];
    for (const resume of woken) resume();
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  #release(bytes: number): void {
    this.#memoryBytes -= bytes;
    this.#settings.budget.add(-bytes);
  }

  async #spool(): Promise<void> {
    try {
      this.#file ??= await this.#settings.spool.create();
      do await this.#flush(this.#file);
      while (this.#memoryBytes >= FLUSH_BYTES && !this.#disposed && this.#failure === undefined);
    } catch (cause) {
      const message = `The upload could not be written to ${this.#settings.spool.path}.`;
      this.fail(new TranscriptionError("internal", message, { cause }));
    } finally {
      this.#spooling = undefined;
    }
  }

  async #flush(file: SpoolFile): Promise<void> {
    const batch = this.#chunks.slice();
    const size = this.#memoryBytes;
    await file.handle.writev(batch, this.#flushedBytes);
    this.#chunks = this.#chunks.slice(batch.length);
    this.#flushedBytes += size;
    this.#release(size);
  }

  /** Some bytes from that position on; none at the end of what has arrived. */
  #readAt(position: number, length: number): Buffer | Promise<Buffer> {
    if (this.#failure !== undefined) throw this.#failure;
    if (this.#disposed) throw gone();
    return position < this.#flushedBytes
      ? this.#readFile(position, length)
      : this.#readMemory(position);
  }

  #readMemory(position: number): Buffer {
    let offset = position - this.#flushedBytes;
    for (const chunk of this.#chunks) {
      if (offset < chunk.length) return offset === 0 ? chunk : chunk.subarray(offset);
      offset -= chunk.length;
    }
    return NOTHING;
  }

  async #readFile(position: number, length: number): Promise<Buffer> {
    const buffer = Buffer.allocUnsafe(Math.min(length, this.#flushedBytes - position));
    try {
      const read = await this.#file?.handle.read(buffer, 0, buffer.length, position);
      return buffer.subarray(0, read?.bytesRead ?? 0);
    } catch (cause) {
      const message = "The spool file cannot be read.";
      if (this.#disposed) throw gone();
      throw new TranscriptionError("internal", message, { cause });
    }
  }
}
