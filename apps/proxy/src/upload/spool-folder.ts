import { mkdir, open, readdir, rm, unlink } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where uploads go that are too large for memory. */
export interface SpoolFolder {
  readonly path: string;
  /** Opens an empty file for writing and reading; `remove` deletes it and may be called twice. */
  create(): Promise<SpoolFile>;
}

export interface SpoolFile {
  readonly handle: FileHandle;
  remove(): Promise<void>;
}

const PREFIX = "upload-";

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

/** Files of processes that died before they could remove them. */
const removeOrphans = async (path: string): Promise<void> => {
  const names = await readdir(path);
  const orphans = names.filter((name) => {
    const pid = Number(name.slice(PREFIX.length).split("-")[0]);
    return name.startsWith(PREFIX) && Number.isInteger(pid) && !isAlive(pid);
  });
  await Promise.all(orphans.map((name) => rm(join(path, name), { force: true })));
};

/** One of this user's own in the system's folder for temporary files. */
export const defaultSpoolFolder = (): string =>
  join(tmpdir(), `earshot-spool-${process.getuid?.() ?? "user"}`);

/**
 * Opens the folder (by default `defaultSpoolFolder`) and removes what a crash has left there. Rejects
 * when it cannot be written.
 */
export async function openSpoolFolder(path?: string): Promise<SpoolFolder> {
  const folder = path ?? defaultSpoolFolder();
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await removeOrphans(folder);
  let count = 0;
  const create = async (): Promise<SpoolFile> => {
    const file = join(folder, `${PREFIX}${process.pid}-${++count}`);
    const handle = await open(file, "wx+", 0o600);
    // Where the system lets go of the name of an open file, the file is gone in every ending.
    const removedEarly =
      process.platform !== "win32" &&
      (await unlink(file).then(
        () => true,
        () => false,
      ));
    let closed: Promise<void> | undefined;
    const close = async (): Promise<void> => {
      await handle.close();
      if (!removedEarly) await rm(file, { force: true });
    };
    return { handle, remove: () => (closed ??= close()) };
  };
  return { path: folder, create };
}
