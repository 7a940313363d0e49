import { access, constants, mkdtemp, rm, statfs } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Finding } from "./finding.ts";

const GIB = 1024 ** 3;
const LITTLE_SPACE_GIB = 1;

/** The folder itself, or the nearest one above that is there. */
const existing = async (folder: string): Promise<string> => {
  const found = await access(folder).then(
    () => true,
    () => false,
  );
  return found || dirname(folder) === folder ? folder : existing(dirname(folder));
};

/** Writes and removes something there; a folder that is not there yet is tried where it would be made. */
const tryToWrite = async (folder: string): Promise<void> => {
  const place = await existing(folder);
  await access(place, constants.W_OK);
  await rm(await mkdtemp(join(place, ".earshot-doctor-")), { recursive: true });
};

const freeGib = async (folder: string): Promise<number> => {
  const { bavail, bsize } = await statfs(await existing(folder));
  return (bavail * bsize) / GIB;
};

/** Whether a folder can be written to, and whether there is room. */
export async function checkFolder({
  check,
  folder,
  remedy,
  problem,
}: {
  readonly check: string;
  readonly folder: string;
  /** How to choose another folder. */
  readonly remedy: string;
  /** Why it must not be used, whether it can be written to or not. */
  readonly problem?: string | undefined;
}): Promise<Finding> {
  if (problem !== undefined)
    return { check, status: "fail", message: `${folder} is not used: ${problem}`, remedy };
  try {
    await tryToWrite(folder);
    const free = await freeGib(folder);
    const message = `${folder}, ${free.toFixed(1)} GiB free`;
    return free < LITTLE_SPACE_GIB
      ? { check, status: "warn", message, remedy: `Make room there, or else: ${remedy}` }
      : { check, status: "ok", message };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { check, status: "fail", message: `${folder} cannot be written to: ${reason}`, remedy };
  }
}
