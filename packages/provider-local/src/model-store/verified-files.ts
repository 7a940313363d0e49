import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { Stats } from "node:fs";
import { chmod, lstat, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { asNumber, asRecord } from "@earshot/provider-kit";
import { writeFileAtomically } from "./write-file-atomically.ts";

/** A file as it must be. */
export interface ExpectedFile {
  readonly name: string;
  readonly sizeBytes: number;
  /** Hexadecimal. */
  readonly sha256: string;
}

/** Hash of a file without holding it in memory. Rejects when it cannot be read. */
export async function hashFile(
  path: string,
  algorithm: "sha256" | "sha512",
  encoding: "hex" | "base64",
): Promise<string> {
  const hash = createHash(algorithm);
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest(encoding);
}

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
async function closeFolder(folder: string): Promise<boolean> {
  const stats = await lstat(folder).catch(() => undefined);
  if (stats === undefined || !stats.isDirectory()) return false;
  if (isOwn(stats)) return true;
  const closed = stats.mode & 0o7777 & ~(GROUP_CAN_WRITE | OTHERS_CAN_WRITE);
  if (stats.uid === process.geteuid?.()) await chmod(folder, closed).catch(() => {});
  return false;
}

/** Why a file is no good. */
type FileProblem = "missing" | "wrong size" | "wrong content" | undefined;

const STAMP = ".verified.json";

type Stamps = Readonly<Record<string, unknown>>;

/** Empty where somebody else could have written them. */
const readStamps = async (folder: string): Promise<Stamps> => {
  const path = join(folder, STAMP);
  try {
    if (!(await closeFolder(folder)) || !isOwn(await lstat(path))) {
      await rm(path, { force: true });
      return {};
    }
    return asRecord(JSON.parse(await readFile(path, "utf8"))) ?? {};
  } catch {
    return {};
  }
};

const isStamped = (stamps: Stamps, file: ExpectedFile, changedAtMs: number): boolean => {
  const stamp = asRecord(stamps[file.name]);
  return stamp?.["sha256"] === file.sha256 && asNumber(stamp["changedAtMs"]) === changedAtMs;
};

const problemOf = async (
  path: string,
  file: ExpectedFile,
  isTrusted: (changedAtMs: number) => boolean,
): Promise<FileProblem> => {
  const found = await stat(path).catch(() => undefined);
  if (found === undefined || !found.isFile()) return "missing";
  if (found.size !== file.sizeBytes) return "wrong size";
  if (isOwn(found) && isTrusted(found.mtimeMs)) return undefined;
  const sha256 = await hashFile(path, "sha256", "hex");
  return sha256 === file.sha256 ? undefined : "wrong content";
};

const stampOf = async (folder: string, file: ExpectedFile): Promise<[string, unknown]> => {
  const { mtimeMs } = await stat(join(folder, file.name));
  return [file.name, { sha256: file.sha256, changedAtMs: mtimeMs }];
};

/** True when every file is there and is the right one; each of them is hashed. */
export async function areGenuine(folder: string, files: readonly ExpectedFile[]): Promise<boolean> {
  const problems = await Promise.all(
    files.map((file) => problemOf(join(folder, file.name), file, () => false)),
  );
  return problems.every((problem) => problem === undefined);
}

/**
 * The files of our own folder that are missing or not what they should be. The size is compared each
 * time; the content is hashed once, and again when the file was written to since, and every time where
 * another user could write it.
 */
export async function findProblems(
  folder: string,
  files: readonly ExpectedFile[],
): Promise<ReadonlyMap<string, FileProblem>> {
  const stamps = await readStamps(folder);
  const problems = new Map<string, FileProblem>();
  let allTrusted = true;
  for (const file of files) {
    const problem = await problemOf(join(folder, file.name), file, (changedAtMs) => {
      const trusted = isStamped(stamps, file, changedAtMs);
      allTrusted &&= trusted;
      return trusted;
    });
    if (problem !== undefined) problems.set(file.name, problem);
  }
  if (allTrusted || problems.size > 0) return problems;
  const fresh = await Promise.all(files.map((file) => stampOf(folder, file)));
  const text = JSON.stringify({ ...stamps, ...Object.fromEntries(fresh) }, undefined, 2);
  // In a folder that cannot be written to, the files are hashed each time.
  await writeFileAtomically(join(folder, STAMP), `${text}\n`).catch(() => {});
  return problems;
}
