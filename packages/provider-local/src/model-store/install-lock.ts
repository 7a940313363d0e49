import { randomUUID } from "node:crypto";
import { link, open, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { hostname } from "node:os";
import type { Clock } from "@earshot/core";
import { asNumber, asRecord, asString } from "@earshot/provider-kit";

export interface LockOptions {
  readonly path: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

const HEARTBEAT_MS = 5000;
/** Six heartbeats missed. */
const STALE_MS = 30_000;
const POLL_MS = 200;

const errorCode = (error: unknown): string | undefined => asString(asRecord(error)?.["code"]);

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) !== "ESRCH";
  }
};

/** False when the lock does not say who holds it, or when that is on another machine. */
const isOwnerDead = (text: string): boolean => {
  try {
    const owner = asRecord(JSON.parse(text));
    return owner?.["host"] === hostname() && !isAlive(asNumber(owner["pid"]) ?? 0);
  } catch {
    return false;
  }
};

/**
 * Looks at a lock that somebody else has: answers its text once nobody holds it any more. A lock is
 * silent when it was seen not to change for long; how old its date is would depend on the wall clock.
 */
const createLook = ({ path, clock }: LockOptions): (() => Promise<string | undefined>) => {
  let seen = { sign: "", sinceMs: clock.now() };
  return async () => {
    try {
      const [text, { mtimeMs }] = await Promise.all([readFile(path, "utf8"), stat(path)]);
      const sign = `${mtimeMs} ${text}`;
      if (sign !== seen.sign) seen = { sign, sinceMs: clock.now() };
      const silent = clock.now() - seen.sinceMs > STALE_MS;
      return silent || isOwnerDead(text) ? text : undefined;
    } catch {
      // Gone in the meantime.
      return undefined;
    }
  };
};

/** Removes a stale lock. If another process was quicker and holds it by now, puts it back. */
const breakLock = async (path: string, text: string): Promise<void> => {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
    if ((await readFile(aside, "utf8")) !== text) await link(aside, path);
  } catch {
    // Somebody else broke it first.
  } finally {
    await rm(aside, { force: true });
  }
};

const tryLock = async (path: string): Promise<boolean> => {
  try {
    const file = await open(path, "wx");
    const owner = { pid: process.pid, host: hostname(), token: randomUUID() };
    await file.writeFile(JSON.stringify(owner));
    await file.close();
    return true;
  } catch (error) {
    if (errorCode(error) === "EEXIST") return false;
    throw error;
  }
};

/**
 * Does the work while no other process does: waits for a lock file, and takes over that of a process
 * that died or has given no sign for half a minute. Rejects with the signal's error while waiting.
 */
export async function withInstallLock<T>(options: LockOptions, work: () => Promise<T>): Promise<T> {
  const { path, clock, signal } = options;
  const look = createLook(options);
  while (!(await tryLock(path))) {
    const stale = await look();
    if (stale === undefined) await clock.sleep(POLL_MS, signal);
    else await breakLock(path, stale);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, HEARTBEAT_MS);
  heartbeat.unref();
  try {
    return await work();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { force: true });
  }
}
