import { lstat, open, rm } from "node:fs/promises";
import { TranscriptionError } from "@earshot/core";
import type { Artifact } from "./artifact.ts";
import { hashFile } from "./file-hash.ts";
import { publicUrl } from "./http-client.ts";
import type { HttpAnswer, HttpClient } from "./http-client.ts";
import { isOwn } from "./own-files.ts";
import { statusError } from "./registry.ts";

export interface Download {
  readonly client: HttpClient;
  readonly url: string;
  /** Where the bytes gather; what is there already is not fetched again. */
  readonly path: string;
  readonly expected: Pick<Artifact, "sizeBytes" | "integrity">;
  readonly signal: AbortSignal;
  /** Called with the bytes on disk so far. */
  readonly onReceived: (bytes: number) => void;
}

/** What is there and is not ours alone, such as a link, is removed instead of being gone on with. */
const sizeOf = async (path: string): Promise<number> => {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return 0;
  if (found.isFile() && isOwn(found)) return found.size;
  await rm(path, { force: true });
  return 0;
};

/** Whether the answer goes on at the byte that was asked for. */
const continuesAt = (answer: HttpAnswer, start: number): boolean =>
  answer.status === 206 && answer.header("content-range")?.startsWith(`bytes ${start}-`) === true;

const tooLong = (url: string): TranscriptionError =>
  new TranscriptionError("bad_response", `${publicUrl(url)} is longer than it should be.`);

const append = async (download: Download, answer: HttpAnswer, start: number): Promise<void> => {
  const { path, url, expected, onReceived } = download;
  const file = await open(path, start > 0 ? "a" : "w", 0o644);
  try {
    let size = start;
    onReceived(size);
    for await (const bytes of answer.body) {
      size += bytes.length;
      if (size > expected.sizeBytes) throw tooLong(url);
      await file.write(bytes);
      onReceived(size);
    }
  } finally {
    await file.sync();
    await file.close();
  }
};

const fetchRest = async (download: Download, start: number): Promise<void> => {
  const { client, url, path, signal } = download;
  const headers: Record<string, string> = start > 0 ? { range: `bytes=${start}-` } : {};
  const answer = await client.get(url, { headers, signal });
  if (answer.status === 416) {
    await answer.discard();
    await rm(path, { force: true });
    throw new TranscriptionError("network", `${publicUrl(url)} refused to go on at ${start}.`);
  }
  const error = statusError(answer, url);
  if (error !== undefined) {
    await answer.discard();
    throw error;
  }
  await append(download, answer, continuesAt(answer, start) ? start : 0);
};

/**
 * Fetches a file, or the rest of it, and checks its hash. Rejects with `network` when another try
 * may go on where this one ended, with `bad_response` when the file is not the right one.
 */
export async function downloadFile(download: Download): Promise<void> {
  const { path, url, expected } = download;
  const found = await sizeOf(path);
  if (found > expected.sizeBytes) await rm(path, { force: true });
  const start = found > expected.sizeBytes ? 0 : found;
  if (start < expected.sizeBytes) {
    try {
      await fetchRest(download, start);
    } catch (error) {
      if (TranscriptionError.is(error) && error.code === "bad_response")
        await rm(path, { force: true });
      throw error;
    }
  }
  const size = await sizeOf(path);
  if (size < expected.sizeBytes) {
    const message = `${publicUrl(url)} ended after ${size} of ${expected.sizeBytes} bytes.`;
    throw new TranscriptionError("network", message);
  }
  if (`sha512-${await hashFile(path, "sha512", "base64")}` === expected.integrity) return;
  await rm(path, { force: true });
  // What was there before may have been to blame; a whole download may not.
  throw new TranscriptionError(
    start > 0 ? "network" : "bad_response",
    `${publicUrl(url)} is not the file that Earshot was built with: its sha512 differs.`,
  );
}
