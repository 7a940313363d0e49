import type { Stats } from "node:fs";
import { chmod, lstat } from "node:fs/promises";

const GROUP_CAN_WRITE = 0o020;
const OTHERS_CAN_WRITE = 0o002;

/**
 * Whether only this user, or root, can have written something or can change it. On Windows each user's
 * folders are closed to the others by themselves.
 */
export function isOwn({ uid, gid, mode }: Pick<Stats, "uid" | "gid" | "mode">): boolean {
  const user = process.geteuid?.();
  if (user === undefined) return true;
  // Many systems give each user a group of the same number, with nobody else in it.
  const isOpen = (mode & OTHERS_CAN_WRITE) !== 0 || ((mode & GROUP_CAN_WRITE) !== 0 && gid !== uid);
  return (uid === user || uid === 0) && !isOpen;
}

/**
 * Whether nobody else can have noted something down in a folder. One of this user's own that others
 * could write to is closed to them.
 */
export async function closeFolder(folder: string): Promise<boolean> {
  const stats = await lstat(folder).catch(() => undefined);
  if (stats === undefined || !stats.isDirectory()) return false;
  if (isOwn(stats)) return true;
  const closed = stats.mode & 0o7777 & ~(GROUP_CAN_WRITE | OTHERS_CAN_WRITE);
  if (stats.uid === process.geteuid?.()) await chmod(folder, closed).catch(() => {});
  return false;
}
