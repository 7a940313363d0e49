import { TranscriptionError } from "@earshot/core";
import type { AudioFile } from "@earshot/core";
import { aborted, throwIfAborted, unreadable } from "./audio-errors.ts";
import { createPacer } from "./pacer.ts";
import type { Pacer } from "./pacer.ts";

/** Audio whose size is known and whose bytes can be read in any order. */
export interface RandomAccess {
  readonly sizeBytes: number;
  /** Of all work on this audio. */
  readonly pacer: Pacer;
  /** Resolves to all bytes of the range that lie within the audio. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** How much of an audio without `read` is collected in memory: 256 MiB. */
export const MAXIMUM_COLLECTED_BYTES: number = 256 * 2 ** 20;

/** Rejects as soon as the signal fires, whether or not the promise ever settles. */
function untilAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise<T>((resolve, reject) => {
    const abort = (): void => reject(aborted(signal.reason));
    signal.addEventListener("abort", abort, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
    if (signal.aborted) abort();
  });
}

async function* bytesOf(
  file: AudioFile,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  const iterator = file.open()[Symbol.asyncIterator]();
  try {
    for (;;) {
      const next = await untilAborted(iterator.next(), signal);
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    // Not awaited: a source that hangs must not hold up the one who gave it up.
    iterator.return?.().catch(() => {});
  }
}

async function measure(file: AudioFile, signal: AbortSignal | undefined): Promise<number> {
  let sizeBytes = 0;
  for await (const chunk of bytesOf(file, signal)) sizeBytes += chunk.length;
  return sizeBytes;
}

async function collect(file: AudioFile, signal: AbortSignal | undefined): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const chunk of bytesOf(file, signal)) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > MAXIMUM_COLLECTED_BYTES) {
      const limit = `${MAXIMUM_COLLECTED_BYTES / 2 ** 20} MiB`;
      throw new TranscriptionError(
        "audio_too_large",
        `The audio can only be read from front to back, and more than ${limit} of it do not fit in ` +
          "memory. Give the AudioFile a `read` function, as `fileFromPath` does.",
        { param: "file" },
      );
    }
  }
  return Buffer.concat(chunks, sizeBytes);
}

/**
 * Makes audio readable in any order: by its own `read`, otherwise by collecting it in memory. Waits
 * for audio that is still arriving. Rejects with `aborted` as soon as the signal fires.
 */
export async function openRandomAccess(
  file: AudioFile,
  signal: AbortSignal | undefined,
): Promise<RandomAccess> {
  throwIfAborted(signal);
  const { read } = file;
  if (read === undefined) {
    const bytes = await collect(file, signal);
    return {
      sizeBytes: bytes.length,
      pacer: createPacer(bytes.length, signal),
      read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
    };
  }
  const sizeBytes = file.sizeBytes ?? (await measure(file, signal));
  return {
    sizeBytes,
    pacer: createPacer(sizeBytes, signal),
    read: async (start, end) => {
      throwIfAborted(signal);
      return readFully((from, to) => untilAborted(read(from, to), signal), {
        start,
        end: Math.min(end, sizeBytes),
      });
    },
  };
}

async function readFully(
  read: (start: number, end: number) => Promise<Uint8Array>,
  range: { readonly start: number; readonly end: number },
): Promise<Uint8Array> {
  const { start, end } = range;
  if (end <= start) return new Uint8Array();
  const first = await read(start, end);
  if (first.length === end - start) return first;
  const bytes = new Uint8Array(end - start);
  let filled = 0;
  let part = first;
  while (part.length > 0 && filled < bytes.length) {
    bytes.set(part.subarray(0, bytes.length - filled), filled);
    filled += part.length;
    if (filled < bytes.length) part = await read(start + filled, end);
  }
  if (filled < bytes.length) throw unreadable("The audio ends before its stated size.");
  return bytes;
}

/** Reads a file through a window, for parsers that look at a few bytes here and there. */
export interface ByteCursor {
  /** What `peek` would answer, where it need not read: waiting for every few bytes takes its time. */
  held(position: number, count: number): Uint8Array | undefined;
  /** The bytes from a position on: at least `count`, often more, fewer only at the end. */
  peek(position: number, count: number): Promise<Uint8Array>;
}

const WINDOW_BYTES = 128 * 1024;

/** Makes a cursor; what it gives out stays valid when it moves on. */
export function createByteCursor(source: RandomAccess): ByteCursor {
  let window: Uint8Array = new Uint8Array();
  let start = 0;
  const held = (position: number, count: number): Uint8Array | undefined => {
    const isInside = position >= start && position + count <= start + window.length;
    return isInside ? window.subarray(position - start) : undefined;
  };
  return {
    held,
    peek: async (position, count) => {
      const inside = held(position, count);
      if (inside !== undefined) return inside;
      window = await source.read(position, position + Math.max(count, WINDOW_BYTES));
      start = position;
      return window;
    },
  };
}
