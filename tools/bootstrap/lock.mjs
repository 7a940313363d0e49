import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 200;
/** A lock without an owner's id is being written right now, unless it has been there for long. */
const WRITING_MS = 10_000;

/** @param {number} processId */
const isAlive = (processId) => {
  try {
    process.kill(processId, 0);
    return true;
  } catch (error) {
    // EPERM: it is alive and belongs to somebody else.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
};

/**
 * @param {string} path
 * @returns {"taken" | "free" | number} the living owner's process id, when there is one
 */
const tryTake = (path) => {
  try {
    writeFileSync(path, String(process.pid), { flag: "wx" });
    return "taken";
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
  }
  try {
    const owner = Number(readFileSync(path, "utf8"));
    const held = owner > 0 ? isAlive(owner) : Date.now() - statSync(path).mtimeMs < WRITING_MS;
    if (held) return owner;
    rmSync(path, { force: true });
  } catch {
    // Its owner removed it between the two looks.
  }
  return "free";
};

/**
 * Runs `task` while no other process holds the lock file; a lock whose owner has died is taken over.
 *
 * @template Result
 * @param {string} path
 * @param {{ onWait: (owner: number) => void }} options `onWait` is called once, before waiting
 * @param {() => Promise<Result>} task
 * @returns {Promise<Result>}
 */
export const withLock = async (path, { onWait }, task) => {
  mkdirSync(dirname(path), { recursive: true });
  let told = false;
  for (let state = tryTake(path); state !== "taken"; state = tryTake(path)) {
    if (state === "free") continue;
    if (!told) onWait(state);
    told = true;
    await delay(POLL_MS);
  }
  try {
    return await task();
  } finally {
    rmSync(path, { force: true });
  }
};
