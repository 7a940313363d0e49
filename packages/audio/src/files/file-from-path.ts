import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import { TranscriptionError } from "@earshot/core";
import type { AudioFile } from "@earshot/core";
import { unreadable } from "../audio-errors.ts";
import { HEAD_BYTES, mediaTypeOf } from "./media-type-of.ts";

async function readRange(handle: FileHandle, start: number, end: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(Math.max(0, end - start));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

const reasonOf = (cause: unknown): string =>
  cause instanceof Error ? cause.message : String(cause);

const toUnreadable = (cause: unknown): TranscriptionError =>
  TranscriptionError.is(cause)
    ? cause
    : unreadable(`The audio file cannot be read: ${reasonOf(cause)}.`, cause);

/** Opens the file for one task only: an `AudioFile` has nobody who would close it. */
async function withFile<T>(path: string, task: (handle: FileHandle) => Promise<T>): Promise<T> {
  try {
    const handle = await open(path, "r");
    try {
      return await task(handle);
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw toUnreadable(error);
  }
}

async function* streamFile(path: string): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    for await (const chunk of createReadStream(path)) yield chunk;
  } catch (error) {
    throw toUnreadable(error);
  }
}

/**
 * A file on disk as audio, read in pieces and never held as a whole. It and its reads reject with
 * `audio_unreadable` when there is no such file, or no right to read it, or when it is a folder.
 */
export async function fileFromPath(path: string): Promise<AudioFile> {
  const { sizeBytes, head } = await withFile(path, async (handle) => {
    const stats = await handle.stat();
    if (!stats.isFile()) throw unreadable(`The audio is not a file: ${path}.`);
    const headBytes = Math.min(HEAD_BYTES, stats.size);
    return { sizeBytes: stats.size, head: await readRange(handle, 0, headBytes) };
  });
  const fileName = basename(path);
  return {
    type: "file",
    fileName,
    mediaType: mediaTypeOf(head, fileName),
    sizeBytes,
    durationSeconds: undefined,
    open: () => streamFile(path),
    read: (start, end) =>
      withFile(path, (handle) => readRange(handle, start, Math.min(end, sizeBytes))),
  };
}
