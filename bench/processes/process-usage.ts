// What processes use, read from /proc, which only Linux has.
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";

/** Undefined when the process or thread has ended meanwhile. */
const readIfThere = (path: string): string | undefined => {
  try {
    return readFileSync(path, "latin1");
  } catch {
    return undefined;
  }
};

const listIfThere = (path: string): readonly string[] => {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
};

const threadsOf = (pid: number): readonly string[] =>
  listIfThere(`/proc/${pid}/task`).map((thread) => `/proc/${pid}/task/${thread}`);

/** The process and everything that it and its children have started and that still runs. */
export function familyOf(pid: number): readonly number[] {
  const children = threadsOf(pid).flatMap((thread) =>
    (readIfThere(`${thread}/children`) ?? "").split(" ").filter((child) => child.trim() !== ""),
  );
  return [pid, ...children.flatMap((child) => familyOf(Number(child)))];
}

/** CPU time that processes had used at one moment, in user and system mode together. */
export interface CpuReading {
  /** By thread, in nanoseconds; threads that had ended are missing. */
  readonly threadNs: ReadonlyMap<string, number>;
  /** All threads, also those that had ended, in steps of 10 ms. */
  readonly ticksMs: number;
  readonly processes: number;
}

/** Linux counts in hundredths of a second whatever the machine. */
const TICK_MS = 10;

const ticksMsOf = (pid: number): number => {
  const stat = readIfThere(`/proc/${pid}/stat`) ?? "";
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11] ?? 0) + Number(fields[12] ?? 0)) * TICK_MS;
};

/** Reads the CPU time of all the processes so far. */
export function readCpu(pids: readonly number[]): CpuReading {
  const threadNs = pids
    .flatMap(threadsOf)
    .map(
      (thread) => [thread, Number(readIfThere(`${thread}/schedstat`)?.split(" ")[0] ?? 0)] as const,
    );
  const ticksMs = pids.map(ticksMsOf).reduce((sum, ticks) => sum + ticks, 0);
  return { threadNs: new Map(threadNs), ticksMs, processes: pids.length };
}

/**
 * The CPU time between two readings, in milliseconds: the sum over the threads, which is exact, unless
 * the coarse figure of the processes shows that threads have ended in between or that the kernel
 * does not count by thread.
 */
export function cpuMsBetween(before: CpuReading, after: CpuReading): number {
  let ns = 0;
  for (const [thread, value] of after.threadNs) ns += value - (before.threadNs.get(thread) ?? 0);
  const preciseMs = ns / 1e6;
  const coarseMs = after.ticksMs - before.ticksMs;
  const roundingMs = 2 * TICK_MS * after.processes;
  return coarseMs > preciseMs + roundingMs ? coarseMs : preciseMs;
}

/** Makes the processes' peak memory count from now. */
export function resetPeakMemory(pids: readonly number[]): void {
  for (const pid of pids) writeFileSync(`/proc/${pid}/clear_refs`, "5");
}

const memoryOf = (pids: readonly number[], field: "VmHWM" | "VmRSS"): number =>
  pids
    .map((pid) => readIfThere(`/proc/${pid}/status`) ?? "")
    .map((status) => Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "mu").exec(status)?.[1] ?? 0))
    .reduce((sum, kibibytes) => sum + kibibytes * 1024, 0);

/** The most memory that each process held at once since the last reset, added up, in bytes. */
export function peakMemoryBytes(pids: readonly number[]): number {
  return memoryOf(pids, "VmHWM");
}

/** The memory that the processes hold now, added up, in bytes. */
export function memoryBytes(pids: readonly number[]): number {
  return memoryOf(pids, "VmRSS");
}

/** What processes hold open. */
export interface OpenFiles {
  readonly sockets: number;
  /** Files without a name any more, such as spooled uploads; shared memory does not count. */
  readonly deletedFiles: number;
}

const linkOf = (path: string): string => {
  try {
    return readlinkSync(path);
  } catch {
    return "";
  }
};

/** Counts what the processes hold open now. */
export function openFiles(pids: readonly number[]): OpenFiles {
  const links = pids.flatMap((pid) =>
    listIfThere(`/proc/${pid}/fd`).map((descriptor) => linkOf(`/proc/${pid}/fd/${descriptor}`)),
  );
  return {
    sockets: links.filter((link) => link.startsWith("socket:")).length,
    deletedFiles: links.filter((link) => link.endsWith(" (deleted)") && !link.startsWith("/memfd"))
      .length,
  };
}

/** Milliseconds on a clock that all processes of the machine share; only differences mean anything. */
export function sharedNowMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
