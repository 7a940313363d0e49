import { TranscriptionError } from "@earshot/core";
import type { AudioFile } from "@earshot/core";
import type { MemoryBudget } from "./memory-budget.ts";
import type { SpoolFile, SpoolFolder } from "./spool-folder.ts";

/** The client's audio: written once as it arrives, read any number of times, also meanwhile. */
export interface Upload extends AudioFile {
  /** Adds bytes; answers a promise when the writer should wait before it adds more. */
  write(chunk: Buffer): Promise<void> | undefined;
  /** No more bytes will come. */
  end(): void;
  /** The upload broke: readers get the error. */
  fail(error: TranscriptionError): void;
  /** Frees memory and removes the spool file; readers get `aborted`. May be called twice. */
  dispose(): Promise<void>;
}

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

const gone = (): TranscriptionError =>
  new TranscriptionError("aborted", "The upload is gone because its request ended.");

/** Starts an empty upload. */
export function createUpload(settings: UploadSettings): Upload {
  const { budget } = settings;
  let chunks: Buffer[] = [];
  let memoryBytes = 0;
  let receivedBytes = 0;
  let flushedBytes = 0;
  let ended = false;
  let failure: TranscriptionError | undefined;
  let file: SpoolFile | undefined;
  let spooling: Promise<void> | undefined;
  let waiting: (() => void)[] = [];

  const wake = (): void => {
    const woken = waiting;
    waiting = [];
    for (const resume of woken) resume();
  };

  const fail = (error: TranscriptionError): void => {
    failure ??= error;
    wake();
  };

  const release = (bytes: number): void => {
    memoryBytes -= bytes;
    budget.add(-bytes);
  };

  const flush = async (target: SpoolFile): Promise<void> => {
    const batch = chunks.slice();
    const size = memoryBytes;
    await target.handle.writev(batch, flushedBytes);
    chunks = chunks.slice(batch.length);
    flushedBytes += size;
    release(size);
  };

  const spool = async (): Promise<void> => {
    try {
      file ??= await settings.spool.create();
      do await flush(file);
      while (memoryBytes >= FLUSH_BYTES && failure === undefined);
    } catch (cause) {
      const message = `The upload could not be written to ${settings.spool.path}.`;
      fail(new TranscriptionError("internal", message, { cause }));
    } finally {
      spooling = undefined;
    }
  };

  const write = (chunk: Buffer): Promise<void> | undefined => {
    if (failure !== undefined) return undefined;
    chunks.push(chunk);
    receivedBytes += chunk.length;
    memoryBytes += chunk.length;
    budget.add(chunk.length);
    wake();
    const mustSpool = file !== undefined || memoryBytes > settings.memoryBytes || budget.isFull;
    if (mustSpool && (memoryBytes >= FLUSH_BYTES || budget.isFull)) spooling ??= spool();
    return memoryBytes >= 4 * FLUSH_BYTES || budget.isFull ? spooling : undefined;
  };

  const readMemory = (position: number): Buffer => {
    let offset = position - flushedBytes;
    for (const chunk of chunks) {
      if (offset < chunk.length) return offset === 0 ? chunk : chunk.subarray(offset);
      offset -= chunk.length;
    }
    return Buffer.alloc(0);
  };

  const readFile = async (position: number, length: number): Promise<Buffer> => {
    const buffer = Buffer.allocUnsafe(Math.min(length, flushedBytes - position));
    const read = await file?.handle
      .read(buffer, 0, buffer.length, position)
      .catch((cause: unknown) => {
        throw (
          failure ?? new TranscriptionError("internal", "The spool file cannot be read.", { cause })
        );
      });
    return buffer.subarray(0, read?.bytesRead ?? 0);
  };

  /** Some bytes from that position on; none at the end of what has arrived. */
  const readAt = (position: number, length: number): Buffer | Promise<Buffer> => {
    if (failure !== undefined) throw failure;
    return position < flushedBytes ? readFile(position, length) : readMemory(position);
  };

  async function* open(): AsyncIterable<Uint8Array> {
    for (let position = 0; ;) {
      const bytes = await readAt(position, READ_BYTES);
      position += bytes.length;
      if (bytes.length > 0) yield bytes;
      else if (ended && position >= receivedBytes) return;
      else if (position >= receivedBytes)
        await new Promise<void>((resolve) => {
          waiting.push(resolve);
        });
    }
  }

  const read = async (start: number, end: number): Promise<Uint8Array> => {
    const parts: Buffer[] = [];
    let position = start;
    while (position < end) {
      const bytes = await readAt(position, end - position);
      if (bytes.length === 0) break;
      parts.push(bytes.subarray(0, end - position));
      position += bytes.length;
    }
    return parts.length === 1 ? (parts[0] ?? Buffer.alloc(0)) : Buffer.concat(parts);
  };

  const dispose = async (): Promise<void> => {
    fail(gone());
    await spooling;
    release(memoryBytes);
    chunks = [];
    await file?.remove();
  };

  return {
    type: "file",
    fileName: settings.fileName,
    mediaType: settings.mediaType,
    durationSeconds: undefined,
    get sizeBytes() {
      return ended ? receivedBytes : undefined;
    },
    write,
    end: () => {
      ended = true;
      wake();
    },
    fail,
    dispose,
    open,
    read,
  };
}
