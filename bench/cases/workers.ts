import { setTimeout as sleep } from "node:timers/promises";
import { createCpuLimit } from "../processes/cpu-limit.ts";
import type { CpuLimit } from "../processes/cpu-limit.ts";
import { cpuMsBetween, familyOf, readCpu } from "../processes/process-usage.ts";
import { median, medianRatio } from "../statistics.ts";
import { canRunWorkers } from "../subjects/earshot.ts";
import { startSubject } from "../subjects/subject.ts";
import type { Running } from "../subjects/subject.ts";
import { LIMIT_MS, reasonOf, SMALL_FORM, warmUp } from "./bench.ts";
import type { Bench } from "./bench.ts";

/** One round of Earshot with a number of workers. */
export interface WorkersRound {
  readonly requestsPerSecond: number;
  /** Of all its processes, the one that starts the workers included. */
  readonly cpuMs: number;
  /** Of that, what the process took that starts the workers; 0 with one, which is its own starter. */
  readonly starterCpuMs: number;
  /** Of each worker, in their order; adds up to 1. */
  readonly shares: readonly number[];
}

/** What a second worker brings. */
export interface WorkersResult {
  /** What each worker was held to; undefined when they could not be held to anything. */
  readonly coreShareOfWorker: number | undefined;
  readonly one: readonly WorkersRound[];
  readonly two: readonly WorkersRound[];
  /** Requests a second with two compared to one, median over the rounds. */
  readonly ratio: number | undefined;
  /** Why there is no figure. */
  readonly failure: string | undefined;
}

export const WORKERS_CASE = "workers, 64 KiB × 16, model first";

/** So little that load and mock, on the same cores, are never what everybody waits for. */
const CORE_SHARE_OF_WORKER = 0.2;

const REQUESTS = 1000;
const QUICK_REQUESTS = 400;
/** For each worker. */
const WARM_UP_REQUESTS = 4000;

/** With one worker, the process that listens is the worker. */
const workersOf = (pid: number): readonly number[] => {
  const [first = pid, ...others] = familyOf(pid);
  return others.length === 0 ? [first] : others;
};

const START_LIMIT_MS = 30_000;

/** The first worker answers before the others have started. */
const waitForWorkers = async (pid: number, workers: number): Promise<void> => {
  const deadline = performance.now() + START_LIMIT_MS;
  while (workersOf(pid).length < workers) {
    if (performance.now() > deadline) throw new Error(`not all ${workers} workers have started`);
    await sleep(100);
  }
};

const measureRound = async (bench: Bench, one: Running): Promise<WorkersRound> => {
  const { pid, port } = one.child();
  const requests = bench.quick ? QUICK_REQUESTS : REQUESTS;
  const all = familyOf(pid);
  const workers = workersOf(pid);
  const before = readCpu(all);
  const beforeEach = workers.map((worker) => readCpu([worker]));
  const { seconds } = await bench.load.burst({
    port,
    headers: one.subject.headers,
    forms: [SMALL_FORM],
    clients: 16,
    requests,
    limitMs: LIMIT_MS,
  });
  const used = beforeEach.map((reading, index) =>
    cpuMsBetween(reading, readCpu([workers[index] ?? pid])),
  );
  const usedMs = used.reduce((sum, ms) => sum + ms, 0);
  const cpuMs = cpuMsBetween(before, readCpu(all));
  return {
    requestsPerSecond: requests / seconds,
    cpuMs: cpuMs / requests,
    starterCpuMs: workers.includes(pid) ? 0 : (cpuMs - usedMs) / requests,
    shares: used.map((ms) => ms / usedMs),
  };
};

interface Held {
  readonly one: Running;
  readonly limits: readonly CpuLimit[];
}

const startHeld = async (bench: Bench, workers: number, started: Held[]): Promise<Held> => {
  const one = await startSubject(bench.earshot({ workers }), bench.place);
  const limits: CpuLimit[] = [];
  const held = { one, limits };
  started.push(held);
  await waitForWorkers(one.child().pid, workers);
  await warmUp(bench.load, one, WARM_UP_REQUESTS * workers);
  for (const [index, pid] of workersOf(one.child().pid).entries()) {
    const limit = createCpuLimit(`${workers}-${index}`, CORE_SHARE_OF_WORKER);
    if (limit === undefined) continue;
    limits.push(limit);
    limit.add(pid);
  }
  return held;
};

const stopHeld = async ({ one, limits }: Held): Promise<void> => {
  await one.stop();
  for (const limit of limits) limit.remove();
};

const runRounds = async (bench: Bench): Promise<WorkersResult> => {
  const started: Held[] = [];
  try {
    const single = await startHeld(bench, 1, started);
    const double = await startHeld(bench, 2, started);
    const [one, two]: [WorkersRound[], WorkersRound[]] = [[], []];
    for (let round = 0; round < bench.rounds; round++) {
      one.push(await measureRound(bench, single.one));
      two.push(await measureRound(bench, double.one));
    }
    const isHeld = single.limits.length === 1 && double.limits.length === 2;
    const perSecond = (rounds: readonly WorkersRound[]): readonly number[] =>
      rounds.map(({ requestsPerSecond }) => requestsPerSecond);
    return {
      coreShareOfWorker: isHeld ? CORE_SHARE_OF_WORKER : undefined,
      one,
      two,
      ratio: isHeld ? medianRatio(perSecond(two), perSecond(one)) : undefined,
      failure: undefined,
    };
  } finally {
    for (const held of started) await stopHeld(held);
  }
};

const nothing = (failure: string): WorkersResult => ({
  coreShareOfWorker: undefined,
  one: [],
  two: [],
  ratio: undefined,
  failure,
});

/** Earshot with one worker and with two, each held to the same part of a core. */
export async function measureWorkers(bench: Bench): Promise<WorkersResult> {
  if (!canRunWorkers()) return nothing("left out: this version of Earshot has no `--workers`");
  try {
    return await runRounds(bench);
  } catch (error) {
    return nothing(`failed: ${reasonOf(error)}`);
  }
}

/** Of each worker, the median over the rounds. */
export function medianShares(rounds: readonly WorkersRound[]): readonly number[] {
  const workers = rounds[0]?.shares ?? [];
  return workers.map((_, index) => median(rounds.map(({ shares }) => shares[index] ?? Number.NaN)));
}
