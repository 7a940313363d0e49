import { randomUUID } from "node:crypto";
import { open, rename, rm } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";

/** Renames a file that is complete on disk to its final name. */
export async function publishFile(
  file: FileHandle,
  temporary: string,
  path: string,
): Promise<void> {
  await file.sync();
  await file.close();
  await rename(temporary, path);
}

/** Writes a file so that nobody ever sees a part of it. */
export async function writeFileAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  const file = await open(temporary, "wx", 0o644);
  try {
    await file.writeFile(text);
    await publishFile(file, temporary, path);
  } catch (error) {
    await file.close().catch(() => {});
    await rm(temporary, { force: true });
    throw error;
  }
}
