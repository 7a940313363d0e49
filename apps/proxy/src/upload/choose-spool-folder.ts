import { lstatSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
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
export const freshSpoolPrefix: string = `${OWN_NAME}-`;

const makeFresh = (warning: string): ChosenFolder => {
  const path = mkdtempSync(join(tmpdir(), `${freshSpoolPrefix}${process.pid}-`));
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

/** Chooses where uploads go: into a given folder, or one in the system's temporary folder. */
export function chooseSpoolFolder(given: string | undefined): ChosenFolder {
  if (given === undefined) return chooseDefault();
  return { path: makeGiven(given), warning: undefined, restore: () => void makeGiven(given) };
}

/** Why a spool folder would be refused, or another one used; makes nothing. */
export function spoolFolderProblem(given: string | undefined): string | undefined {
  if (given === undefined) return privateFolderProblem(defaultSpoolFolder());
  const problem = folderProblem(given);
  if (problem === undefined || !mayHoldOwn(given)) return problem;
  return folderProblem(join(given, OWN_NAME));
}
