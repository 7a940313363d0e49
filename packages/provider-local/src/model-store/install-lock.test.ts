import { spawnSync } from "node:child_process";
import { readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { createVirtualClock } from "@earshot/core/testing";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { withInstallLock } from "./install-lock.ts";
import type { LockOptions } from "./install-lock.ts";

const lockIn = (folder: string, signal = new AbortController().signal): LockOptions => ({
  path: join(folder, "model.lock"),
  clock: createVirtualClock({ startMs: Date.now(), autoAdvance: true }),
  signal,
});

const owner = (pid: number, host = hostname()): string => JSON.stringify({ pid, host, token: "x" });

/** The id of a process that has just ended. */
const deadPid = (): number => spawnSync(process.execPath, ["-e", ""]).pid;

describe("withInstallLock", () => {
  it("lets one work at a time and leaves nothing behind", async () => {
    const folder = await temporaryFolder();
    let inside = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      most = Math.max(most, ++inside);
      await new Promise((resolve) => setImmediate(resolve));
      inside--;
    };
    await Promise.all([1, 2, 3, 4].map(() => withInstallLock(lockIn(folder), work)));
    expect(most).toBe(1);
    expect(await readdir(folder)).toEqual([]);
  });

  it("hands on what the work gives, and its failure, unlocked", async () => {
    const folder = await temporaryFolder();
    expect(await withInstallLock(lockIn(folder), async () => "done")).toBe("done");
    const failing = withInstallLock(lockIn(folder), () => Promise.reject(new Error("failed")));
    await expect(failing).rejects.toThrow("failed");
    expect(await readdir(folder)).toEqual([]);
  });

  it("takes the lock of a dead process over", async () => {
    const folder = await temporaryFolder();
    const lock = lockIn(folder);
    await writeFile(lock.path, owner(deadPid()));
    const mine = await withInstallLock(lock, () => readFile(lock.path, "utf8"));
    expect(JSON.parse(mine)).toMatchObject({ pid: process.pid });
    expect(await readdir(folder)).toEqual([]);
  });

  it.each([
    ["another machine", owner(1, "elsewhere")],
    ["a process that wrote nothing", ""],
    ["nobody knows whom", "{not json"],
  ])("takes over from %s after half a minute without a sign", async (_, text) => {
    const folder = await temporaryFolder();
    const lock = lockIn(folder);
    const startedAtMs = lock.clock.now();
    await writeFile(lock.path, text);
    expect(await withInstallLock(lock, async () => "mine")).toBe("mine");
    expect(lock.clock.now() - startedAtMs).toBeGreaterThan(30_000);
  });

  it.each([
    ["forward", 1],
    ["backward", -1],
  ])("leaves a lock alone that lives, when the wall clock jumps %s", async (_, sign) => {
    const folder = await temporaryFolder();
    const lock = lockIn(folder);
    await writeFile(lock.path, owner(1, "elsewhere"));
    const signs = [1, 2, 3, 4, 5];
    const clock = {
      ...lock.clock,
      // The other machine gives a sign every ten seconds, and then it is done.
      sleep: async () => {
        const time = new Date(Date.now() + sign * 86_400_000 * signs.length);
        if (signs.pop() === undefined) await rm(lock.path, { force: true });
        else await utimes(lock.path, time, time);
        await lock.clock.sleep(10_000);
      },
    };
    let held = "";
    await withInstallLock({ ...lock, clock }, async () => {
      held = await readFile(lock.path, "utf8");
    });
    expect(JSON.parse(held)).toMatchObject({ pid: process.pid });
    expect(signs).toEqual([]);
  });

  it("waits for a living process until the signal fires", async () => {
    const folder = await temporaryFolder();
    const leaving = new AbortController();
    const path = join(folder, "model.lock");
    await writeFile(path, owner(process.pid));
    const clock = {
      now: () => Date.now(),
      after: () => () => {},
      sleep: async () => {
        leaving.abort(new Error("left"));
        leaving.signal.throwIfAborted();
      },
    };
    const waiting = withInstallLock({ path, clock, signal: leaving.signal }, async () => "never");
    await expect(waiting).rejects.toThrow("left");
    expect(await readFile(path, "utf8")).toBe(owner(process.pid));
  });
});
