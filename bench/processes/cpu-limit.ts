// Holds processes to a share of a core, so that a machine with few cores can show what more processes
// bring. Needs root and the cpu controller of Linux' control groups, of either version.
import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** A group of processes that share their part of a core. */
export interface CpuLimit {
  add(pid: number): void;
  /** Once all its processes have ended. */
  remove(): void;
}

/** A short one, so that the stops are short as well. */
const PERIOD_MICROSECONDS = 20_000;

interface Hierarchy {
  readonly folder: string;
  limit(group: string, quotaMicroseconds: number): void;
}

const findHierarchy = (): Hierarchy | undefined => {
  const mounts = readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .map((line) => line.split(" "));
  const first = mounts.find(
    ([, , type, options = ""]) => type === "cgroup" && options.split(",").includes("cpu"),
  )?.[1];
  if (first !== undefined)
    return {
      folder: first,
      limit: (group, quota) => {
        writeFileSync(join(group, "cpu.cfs_period_us"), String(PERIOD_MICROSECONDS));
        writeFileSync(join(group, "cpu.cfs_quota_us"), String(quota));
      },
    };
  const second = mounts.find(([, , type]) => type === "cgroup2")?.[1];
  const children = second === undefined ? "" : join(second, "cgroup.subtree_control");
  if (second === undefined || !existsSync(children)) return undefined;
  if (!readFileSync(children, "utf8").split(/\s/u).includes("cpu")) return undefined;
  return {
    folder: second,
    limit: (group, quota) =>
      writeFileSync(join(group, "cpu.max"), `${quota} ${PERIOD_MICROSECONDS}`),
  };
};

const REMOVE_TRIES = 40;
const BETWEEN_TRIES_MS = 25;

/** A process that is still ending keeps its group. Waits without the event loop, which has ended too. */
const removeGroup = (group: string): void => {
  const pause = new Int32Array(new SharedArrayBuffer(4));
  for (let left = REMOVE_TRIES; left > 0 && existsSync(group); left--)
    try {
      rmdirSync(group);
    } catch {
      Atomics.wait(pause, 0, 0, BETWEEN_TRIES_MS);
    }
};

/** Undefined where this machine or this user has no such groups. */
export function createCpuLimit(name: string, shareOfCore: number): CpuLimit | undefined {
  try {
    const hierarchy = findHierarchy();
    if (hierarchy === undefined) return undefined;
    const group = join(hierarchy.folder, `earshot-bench-${process.pid}-${name}`);
    mkdirSync(group);
    const remove = (): void => removeGroup(group);
    process.once("exit", remove);
    hierarchy.limit(group, shareOfCore * PERIOD_MICROSECONDS);
    return { add: (pid) => writeFileSync(join(group, "cgroup.procs"), String(pid)), remove };
  } catch {
    return undefined;
  }
}
