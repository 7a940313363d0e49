import { readdir, rm, rmdir } from "node:fs/promises";
import { join } from "node:path";
import { folderProblem } from "../private-folder.ts";

/** What the names of spool files begin with; the number of the process follows. */
export const UPLOAD_PREFIX = "upload-";

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

/** Whether a name is the prefix and the number of a process that has ended. */
const isLeftOver = (name: string, prefix: string): boolean => {
  if (!name.startsWith(prefix)) return false;
  const [digits = ""] = name.slice(prefix.length).split("-");
  return /^\d+$/u.test(digits) && !isAlive(Number(digits));
};

/** Removes files of processes that died before they could. Rejects with the system's error. */
export async function removeOrphans(folder: string): Promise<void> {
  const names = await readdir(folder);
  const orphans = names.filter((name) => isLeftOver(name, UPLOAD_PREFIX));
  await Promise.all(orphans.map((name) => rm(join(folder, name), { force: true })));
}

/**
 * Removes spool folders of processes that were killed: those with such names that are this user's own
 * and hold nothing but what such a process has left. Never rejects.
 */
export async function removeForsakenFolders(parent: string, prefix: string): Promise<void> {
  const names = await readdir(parent).catch(() => []);
  const paths = names.filter((name) => isLeftOver(name, prefix)).map((name) => join(parent, name));
  for (const path of paths) {
    if (folderProblem(path) !== undefined) continue;
    try {
      await removeOrphans(path);
      await rmdir(path);
    } catch {
      // Something else is in it, or somebody was faster.
    }
  }
}
