import { chmodSync, lstatSync, mkdirSync, realpathSync } from "node:fs";
import type { Stats } from "node:fs";
import { dirname, resolve } from "node:path";

const GROUP_CAN_WRITE = 0o020;
const OTHERS_CAN_WRITE = 0o002;
const STICKY = 0o1000;
const PRIVATE = 0o700;

/** Undefined on Windows, where each user's folders are closed to the others by themselves. */
const ownUser = (): number | undefined => process.geteuid?.();

const codeOf = (error: unknown): unknown =>
  error instanceof Error && "code" in error ? error.code : undefined;

/** Undefined where there is nothing, or nothing that this user may see, or a link that leads nowhere. */
const ifThere = <T>(look: () => T): T | undefined => {
  try {
    return look();
  } catch {
    return undefined;
  }
};

const look = (path: string): Stats | undefined => ifThere(() => lstatSync(path));

const canBeChangedByOthers = ({ mode }: Stats): boolean =>
  (mode & (GROUP_CAN_WRITE | OTHERS_CAN_WRITE)) !== 0;

/** Whether others could put something else in the place of what lies in a folder. */
const isOpen = (stats: Stats): boolean => {
  const { mode, uid, gid } = stats;
  if ((mode & STICKY) !== 0 || stats.isSymbolicLink()) return false;
  // Many systems give each user a group of the same number, with nobody else in it.
  const isOwnGroup = uid === gid && (mode & OTHERS_CAN_WRITE) === 0;
  return canBeChangedByOthers(stats) && !isOwnGroup;
};

const withAncestors = (path: string): readonly string[] => {
  const above = dirname(path);
  return above === path ? [path] : [path, ...withAncestors(above)];
};

const nearestExisting = (path: string): string =>
  look(path) === undefined ? nearestExisting(dirname(path)) : path;

/** Why the way to a folder cannot be trusted; links are followed, and so is what they lead to. */
const problemAbove = (folder: string, user: number): string | undefined => {
  const existing = nearestExisting(dirname(folder));
  const real = ifThere(() => realpathSync(existing));
  if (real === undefined) return `${existing}, above it, leads nowhere`;
  for (const path of [...withAncestors(existing), ...withAncestors(real)]) {
    const stats = look(path);
    if (stats === undefined) continue;
    if (stats.uid !== user && stats.uid !== 0) return `${path}, above it, belongs to another user`;
    if (isOpen(stats)) return `others can write to ${path}, above it`;
  }
  return undefined;
};

/** Why a folder itself is not this user's own; undefined also when it is not there. */
export function folderProblem(folder: string): string | undefined {
  const user = ownUser();
  const stats = look(folder);
  if (stats === undefined) return undefined;
  if (stats.isSymbolicLink()) return "it is a link";
  if (!stats.isDirectory()) return "it is no folder";
  if (user === undefined) return undefined;
  if (stats.uid !== user) return "it belongs to another user";
  return canBeChangedByOthers(stats) ? "others can write to it" : undefined;
}

/** Makes one folder that only this user can open, or says why the one that is there is none. */
export function makeOwnFolder(folder: string): string | undefined {
  try {
    mkdirSync(folder, { mode: PRIVATE });
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
  }
  const problem = folderProblem(folder);
  // Whoever could read it could not change it.
  if (problem === undefined && ownUser() !== undefined) chmodSync(folder, PRIVATE);
  return problem;
}

/** Why a folder is not private, as `makePrivateFolder` makes one; undefined also when it is not there. */
export function privateFolderProblem(path: string): string | undefined {
  const folder = resolve(path);
  const user = ownUser();
  return (user === undefined ? undefined : problemAbove(folder, user)) ?? folderProblem(folder);
}

/**
 * Makes a folder that is this user's alone: nobody else can have put anything into it or can exchange
 * it, since it is no link, is owned by this user and closed to others, and so is the way to it. Says
 * why it must not be used where that is not so; undefined when all is well. Throws the system's error
 * when it cannot be made.
 */
export function makePrivateFolder(path: string): string | undefined {
  const folder = resolve(path);
  const user = ownUser();
  const problem = user === undefined ? undefined : problemAbove(folder, user);
  if (problem !== undefined) return problem;
  mkdirSync(dirname(folder), { recursive: true, mode: PRIVATE });
  return makeOwnFolder(folder);
}
