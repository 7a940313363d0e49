import { setImmediate as immediate } from "node:timers/promises";
import { TranscriptionError } from "@earshot/core";
import type { AudioFile, OpenOptions } from "@earshot/core";
import { BlockStore } from "./block-store.ts";
import { BLOCK_BYTES } from "./memory.ts";
import type { MemoryBudget } from "./memory.ts";
import { Notifier, Reader } from "./reader.ts";
import type { SpoolFolder } from "./spool-folder.ts";

/** Where uploads are kept. */
export interface UploadStorage {
  /** Bytes of one upload that stay in memory; of a larger one all goes to a file. */
  readonly memoryBytes: number;
  readonly budget: MemoryBudget;
  readonly spool: SpoolFolder;
}

export interface UploadSettings extends UploadStorage {
  readonly fileName: string;
  readonly mediaType: string;
  /** The size that the request's own length promises; undefined when the client told no length. */
  readonly announcedBytes?: number | undefined;
}

/** Up to this size the pieces are kept as they came; more is copied into blocks that are used again. */
const SMALL_BYTES = 256 * 1024;
const MAX_PIECES = 64;
/** What may wait for a reader, and for the disk, before the client has to wait. */
const MAX_WAITING_BYTES = 256 * 1024;
const MAX_UNWRITTEN_BYTES = 2 * 1024 * 1024;

/** Made once: every request ends, and the trace of an error that mostly nobody sees would cost. */
const GONE = new TranscriptionError("aborted", "The upload is gone because its request ended.");

/** The client's audio: written once as it arrives, read any number of times, also meanwhile. */
export class Upload implements AudioFile {
  readonly type = "file";
  readonly fileName: string;
  readonly mediaType: string;
  readonly durationSeconds = undefined;
  readonly #settings: UploadSettings;
  readonly #readers = new Set<Reader>();
  /** For readers: bytes came, or will never come. */
  readonly #arrived = new Notifier();
  /** For the writer: there is room again. */
  readonly #drained = new Notifier();
  /** The whole upload while it is small. */
  #pieces: Buffer[] = [];
  #store: BlockStore | undefined;
  #receivedBytes = 0;
  #lastArrivalMs = performance.now();
  #ended = false;
  #failure: TranscriptionError | undefined;

  constructor(settings: UploadSettings) {
    this.#settings = settings;
    this.fileName = settings.fileName;
    this.mediaType = settings.mediaType;
  }

  /** Exact once it has ended; before that what the client has promised. */
  get sizeBytes(): number | undefined {
    return this.#ended ? this.#receivedBytes : this.#settings.announcedBytes;
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /**
   * Until when the client kept everybody waiting, as `performance.now` tells it: now, while more is to
   * come, unless it is the client who waits, for readers that take nothing.
   */
  get lastByteAtMs(): number {
    return this.#ended || this.#isCrowded() ? this.#lastArrivalMs : performance.now();
  }

  /** False when it has ended with another size than the client had promised. */
  get isAsPromised(): boolean {
    const { announcedBytes = this.#receivedBytes } = this.#settings;
    return !this.#ended || this.#receivedBytes === announcedBytes;
  }

  /** Adds bytes; answers a promise when the writer should wait before it adds more. */
  write(chunk: Buffer): Promise<void> | undefined {
    if (this.#failure !== undefined) return undefined;
    const start = this.#receivedBytes;
    this.#receivedBytes += chunk.length;
    this.#lastArrivalMs = performance.now();
    this.#keep(chunk);
    for (const reader of this.#readers) reader.offer(chunk, start);
    this.#arrived.notify();
    return this.#isCrowded() ? this.#room() : undefined;
  }

  /** No more bytes will come, and those that came may be used: the form around them is whole. */
  end(): void {
    this.#ended = true;
    this.#lastArrivalMs = performance.now();
    this.#store?.flush();
    this.#arrived.notify();
  }

  /** The upload broke: readers get the error. */
  fail(error: TranscriptionError): void {
    this.#failure ??= error;
    this.#arrived.notify();
    this.#drained.notify();
  }

  /** Frees memory and lets go of the spool file; readers get `aborted`. May be called twice. */
  async dispose(): Promise<void> {
    this.fail(GONE);
    this.#forgetPieces();
    await this.#store?.close();
  }

  /**
   * Reads from the first byte on. The last bytes that were announced come only when the upload has
   * ended, so that nobody can take an upload for whole that turns out to be none. Rejects with
   * `aborted` when the upload is gone or has another length than the client had promised.
   */
  async *open({ transient = false }: OpenOptions = {}): AsyncIterable<Uint8Array> {
    const promisedBytes = this.sizeBytes ?? Infinity;
    const reader = new Reader(transient);
    this.#readers.add(reader);
    try {
      for (;;) {
        const chunk = await this.#next(reader);
        if (chunk === undefined || reader.position >= promisedBytes)
          await this.#keepPromise(promisedBytes);
        if (chunk === undefined) return;
        yield chunk;
      }
    } finally {
      this.#readers.delete(reader);
      reader.close();
      this.#drained.notify();
    }
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    while (this.#receivedBytes < end && !this.#ended) {
      this.#throwIfGone();
      await this.#arrived.wait();
    }
    const parts: Buffer[] = [];
    const last = Math.min(end, this.#receivedBytes);
    for (let position = start; position < last;) {
      const bytes = await this.#stored(position, last - position);
      const part = bytes.subarray(0, last - position);
      parts.push(part);
      position += part.length;
    }
    const [first = Buffer.alloc(0)] = parts;
    return parts.length < 2 ? first : Buffer.concat(parts);
  }

  #throwIfGone(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #keepPromise(promisedBytes: number): Promise<void> {
    while (!this.#ended) {
      this.#throwIfGone();
      await this.#arrived.wait();
    }
    this.#throwIfGone();
    if (promisedBytes !== Infinity && this.#receivedBytes !== promisedBytes)
      throw new TranscriptionError("aborted", "The upload is not as long as its request had said.");
  }

  /** Undefined at the end. */
  async #next(reader: Reader): Promise<Buffer | undefined> {
    for (;;) {
      this.#throwIfGone();
      const piece = reader.take();
      if (piece !== undefined) {
        this.#drained.notify();
        return piece;
      }
      if (reader.position < this.#receivedBytes) {
        const bytes = reader.toSafe(await this.#stored(reader.position, BLOCK_BYTES, reader));
        reader.advance(bytes.length);
        return bytes;
      }
      if (this.#ended) return undefined;
      await this.#arrived.wait();
      // Lets all that the system has received come first: one large write costs less than some small ones.
      if (reader.transient) await immediate();
    }
  }

  #isCrowded(): boolean {
    if (this.#failure !== undefined) return false;
    const backlogBytes = this.#store?.backlogBytes ?? 0;
    if (backlogBytes >= MAX_UNWRITTEN_BYTES || (backlogBytes > 0 && this.#settings.budget.isFull))
      return true;
    for (const { waitingBytes } of this.#readers)
      if (waitingBytes >= MAX_WAITING_BYTES) return true;
    return false;
  }

  async #room(): Promise<void> {
    while (this.#isCrowded()) {
      // Others may have filled the memory meanwhile, and nobody else would write what is too little yet.
      if (this.#settings.budget.isFull) this.#store?.flush();
      await this.#drained.wait();
    }
  }

  #keep(chunk: Buffer): void {
    const { budget, memoryBytes } = this.#settings;
    if (this.#store === undefined) {
      this.#pieces.push(chunk);
      budget.add(chunk.length);
      const isSmall = this.#receivedBytes <= SMALL_BYTES && this.#pieces.length <= MAX_PIECES;
      if (isSmall && this.#receivedBytes <= memoryBytes && !budget.isFull) return;
      this.#store = this.#openStore();
    } else this.#store.append(chunk);
    if (this.#receivedBytes > memoryBytes || budget.isFull) this.#store.spill();
    if (budget.isFull) this.#store.flush();
  }

  #openStore(): BlockStore {
    const { spool, budget } = this.#settings;
    const store = new BlockStore({
      spool,
      budget,
      onFlushed: () => this.#drained.notify(),
      onFailed: (error) => this.fail(error),
    });
    for (const piece of this.#pieces) store.append(piece);
    this.#forgetPieces();
    return store;
  }

  #forgetPieces(): void {
    for (const { length } of this.#pieces) this.#settings.budget.add(-length);
    this.#pieces = [];
  }

  /** At least one of the bytes that have arrived, from that position on, in a buffer of the reader. */
  #stored(position: number, length: number, reader?: Reader): Buffer | Promise<Buffer> {
    this.#throwIfGone();
    if (this.#store !== undefined) {
      const lengthThere = Math.min(length, this.#receivedBytes - position);
      const buffer = reader?.bufferFor(lengthThere) ?? Buffer.allocUnsafeSlow(lengthThere);
      return this.#readStore(this.#store, position, buffer);
    }
    let offset = position;
    for (const piece of this.#pieces) {
      if (offset < piece.length) return offset === 0 ? piece : piece.subarray(offset);
      offset -= piece.length;
    }
    throw new Error("Nothing has arrived at that position.");
  }

  async #readStore(store: BlockStore, position: number, buffer: Buffer): Promise<Buffer> {
    try {
      const bytes = await store.read(position, buffer);
      // The file may be somebody else's by now.
      this.#throwIfGone();
      return bytes;
    } catch (cause) {
      this.#throwIfGone();
      throw new TranscriptionError("internal", "The spool file cannot be read.", { cause });
    }
  }
}
