import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";

/**
 * Keeps what comes on stdin in a file of its own, since audio is read more than once, and hands the
 * file's path to the task. The file is gone when the task has ended.
 */
export async function withStdinFile<T>(
  { stdin, signal }: { readonly stdin: Readable; readonly signal: AbortSignal },
  task: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "earshot-stdin-"));
  try {
    const path = join(folder, "stdin");
    await pipeline(stdin, createWriteStream(path, { mode: 0o600 }), { signal });
    return await task(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
