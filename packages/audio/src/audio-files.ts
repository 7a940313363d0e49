import { createReadStream } from "node:fs";
import { open } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename } from "node:path";
import { TranscriptionError } from "@earshot/core";
import type { AudioFile } from "@earshot/core";
import { unreadable } from "./audio-errors.ts";
import { mediaTypes, sniffMediaType } from "./sniff-media-type.ts";

/** How many of the first bytes are looked at to recognise a file. */
const HEAD_BYTES = 4096;

const UNKNOWN = "application/octet-stream";

const byExtension: ReadonlyMap<string, string> = new Map(
  Object.values(mediaTypes).map(({ extension, mediaType }) => [extension, mediaType]),
);

/** The media type by the first bytes, otherwise by the extension of the file name. */
function mediaTypeOf(head: Uint8Array, fileName: string): string {
  const extension = fileName.slice(fileName.lastIndexOf(".") + 1).toLowerCase();
  return sniffMediaType(head)?.mediaType ?? byExtension.get(extension) ?? UNKNOWN;
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

/** Bytes in memory as audio; they are not copied and must not change. */
export function fileFromBytes(bytes: Uint8Array, fileName: string): AudioFile {
  return {
    type: "file",
    fileName,
    mediaType: mediaTypeOf(bytes.subarray(0, HEAD_BYTES), fileName),
    sizeBytes: bytes.length,
    durationSeconds: undefined,
    open: () => once(bytes),
    read: (start, end) => Promise.resolve(bytes.subarray(start, end)),
  };
}

const UNNAMED = "audio";

/**
 * A `Blob` or `File` as audio. The name is by default that of the `File`, otherwise `audio`. The
 * media type is the blob's own, otherwise it goes by the name: a blob's bytes cannot be looked at
 * without waiting.
 */
export function fileFromBlob(blob: Blob, fileName?: string): AudioFile {
  const name = fileName ?? (blob instanceof File ? blob.name : UNNAMED);
  return {
    type: "file",
    fileName: name,
    mediaType: blob.type === "" ? mediaTypeOf(new Uint8Array(), name) : blob.type,
    sizeBytes: blob.size,
    durationSeconds: undefined,
    open: () => blob.stream(),
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}

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

async function* streamFile(path: string): AsyncGenerator<Uint8Array> {
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
