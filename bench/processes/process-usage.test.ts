import { closeSync, existsSync, mkdtempSync, openSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cpuMsBetween, familyOf, openFiles, peakMemoryBytes, readCpu } from "./process-usage.ts";

const reading = (threads: Readonly<Record<string, number>>, ticksMs: number) => ({
  threadNs: new Map(Object.entries(threads)),
  ticksMs,
  processes: 1,
});

describe("cpuMsBetween", () => {
  it("adds up the threads, also those that are new", () => {
    const before = reading({ one: 5e6 }, 10);
    expect(cpuMsBetween(before, reading({ one: 7.5e6, two: 1e6 }, 10))).toBe(3.5);
  });

  it("takes the coarse figure when threads that worked have ended", () => {
    const before = reading({ one: 5e6, two: 50e6 }, 60);
    expect(cpuMsBetween(before, reading({ one: 6e6 }, 160))).toBe(100);
  });

  it("does not take it for what is only rounding", () => {
    const before = reading({ one: 0 }, 0);
    expect(cpuMsBetween(before, reading({ one: 1e6 }, 20))).toBe(1);
  });
});

describe.skipIf(!existsSync("/proc/self/task"))("what /proc says (skipped without it)", () => {
  it("counts this process's CPU time and memory", () => {
    const pids = [process.pid];
    const before = readCpu(pids);
    for (let spent = ""; spent.length < 300_000; spent += "x") JSON.stringify(spent.length);
    expect(cpuMsBetween(before, readCpu(pids))).toBeGreaterThan(0);
    expect(peakMemoryBytes(pids)).toBeGreaterThan(10 * 1024 * 1024);
    expect(familyOf(process.pid)[0]).toBe(process.pid);
  });

  it("sees a file that is open and has no name any more", () => {
    const folder = mkdtempSync(join(tmpdir(), "earshot-bench-test-"));
    const path = join(folder, "spooled");
    const before = openFiles([process.pid]).deletedFiles;
    const descriptor = openSync(path, "w");
    unlinkSync(path);
    expect(openFiles([process.pid]).deletedFiles).toBe(before + 1);
    closeSync(descriptor);
    rmSync(folder, { recursive: true });
    expect(openFiles([process.pid]).deletedFiles).toBe(before);
  });
});
