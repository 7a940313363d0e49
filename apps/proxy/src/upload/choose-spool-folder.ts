import { lstatSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { readdir, rm, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TranscriptionError } from "@earshot/core";
import {
  folderProblem,
  makeOwnFolder,
  makePrivateFolder,
  privateFolderProblem,
} from "../private-folder.ts";

/** A folder where nobody else can look at uploads or meddle with them. */
export interface ChosenFolder {
  readonly path: string;
  /** Why it is not the usual one; undefined when it is. */
  readonly warning: string | undefined;
  /** Makes it anew when it is gone. Throws when something else is in its place. */
  readonly restore: () => void;
}

const OWN_NAME = `earshot-spool-${process.geteuid?.() ?? "user"}`;

/** One of this user's own in the system's folder for temporary files. */
export const defaultSpoolFolder = (): string => join(tmpdir(), OWN_NAME);

const refusal = (problem: string): TranscriptionError =>
  new TranscriptionError(
    "invalid_request",
    `The folder of earshot_settings.spool_dir cannot be used for uploads: ${problem}. Name a folder that belongs to the user who runs Earshot, and not a link to it.`,
  );

/** Says what is wrong with the usual folder, and what becomes of uploads. */
const warningOf = (folder: string, problem: string): string =>
  `${folder} is not used for uploads, because ${problem}. They go to a new folder beside it; set earshot_settings.spool_dir to a folder of your own.`;

/** What the names of new folders in place of that one begin with; the number of the process follows. */
const FRESH_PREFIX = `${OWN_NAME}-`;

/** What the names of spool files begin with; the number of the process follows. */
export const UPLOAD_PREFIX = "upload-";

const makeFresh = (warning: string): ChosenFolder => {
  const path = mkdtempSync(join(tmpdir(), `${FRESH_PREFIX}${process.pid}-`));
  process.once("exit", () => rmSync(path, { recursive: true, force: true }));
  // Fails when anything is there: it would not be ours.
  const restore = (): void => mkdirSync(path, { mode: 0o700 });
  return { path, warning, restore };
};

const chooseDefault = (): ChosenFolder => {
  const path = defaultSpoolFolder();
  const problem = makePrivateFolder(path);
  if (problem !== undefined) return makeFresh(warningOf(path, problem));
  const restore = (): void => {
    const later = makePrivateFolder(path);
    if (later !== undefined) throw new TranscriptionError("internal", "Uploads have no folder.");
  };
  return { path, warning: undefined, restore };
};

/** Root's folders, such as `/tmp`, and one's own may be open to others; then a part of them is closed. */
const mayHoldOwn = (folder: string): boolean => {
  const stats = lstatSync(folder);
  return stats.isDirectory() && [0, process.geteuid?.()].includes(stats.uid);
};

const makeGiven = (given: string): string => {
  mkdirSync(given, { recursive: true, mode: 0o700 });
  const problem = folderProblem(given);
  if (problem === undefined) return given;
  if (!mayHoldOwn(given)) throw refusal(problem);
  const inside = join(given, OWN_NAME);
  const problemInside = makeOwnFolder(inside);
  if (problemInside !== undefined) throw refusal(`of ${OWN_NAME} in it, ${problemInside}`);
  return inside;
};

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
const removeOrphans = async (folder: string): Promise<void> => {
  const names = await readdir(folder);
  const orphans = names.filter((name) => isLeftOver(name, UPLOAD_PREFIX));
  await Promise.all(orphans.map((name) => rm(join(folder, name), { force: true })));
};

/**
 * Removes spool folders of processes that were killed: those with such names that are this user's own
 * and hold nothing but what such a process has left. Never rejects.
 */
const removeForsakenFolders = async (parent: string): Promise<void> => {
  const names = await readdir(parent).catch(() => []);
  const paths = names
    .filter((name) => isLeftOver(name, FRESH_PREFIX))
    .map((name) => join(parent, name));
  for (const path of paths) {
    if (folderProblem(path) !== undefined) continue;
    try {
      await removeOrphans(path);
      await rmdir(path);
    } catch {
      // Something else is in it, or somebody was faster.
    }
  }
};

/**
 * Chooses where uploads go, into a given folder or one in the system's temporary folder, and removes
 * what killed processes have left there.
 */
export async function chooseSpoolFolder(given: string | undefined): Promise<ChosenFolder> {
  const chosen: ChosenFolder =
    given === undefined
      ? chooseDefault()
      : { path: makeGiven(given), warning: undefined, restore: () => void makeGiven(given) };
  if (given === undefined) await removeForsakenFolders(tmpdir());
  await removeOrphans(chosen.path);
  return chosen;
}

/** Why a spool folder would be refused, or another one used; makes nothing. */
export function spoolFolderProblem(given: string | undefined): string | undefined {
  if (given === undefined) return privateFolderProblem(defaultSpoolFolder());
  const problem = folderProblem(given);
  if (problem === undefined || !mayHoldOwn(given)) return problem;
  return folderProblem(join(given, OWN_NAME));
}
