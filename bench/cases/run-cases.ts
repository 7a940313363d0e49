import type { Findings } from "../report/results.ts";
import { printSection } from "../report/table.ts";
import * as tables from "../report/tables.ts";
import { reasonOf } from "./bench.ts";
import type { Bench } from "./bench.ts";
import { LATENCY_CASES, measureLatency } from "./latency.ts";
import type { LatencyRow } from "./latency.ts";
import { measureMemoryCase, memoryCases } from "./memory.ts";
import type { MemoryRow } from "./memory.ts";
import { measureSlowClient, SLOW_CLIENT } from "./slow-client.ts";
import { measureSlowUpstream, SLOW_UPSTREAM } from "./slow-upstream.ts";
import { measureSoak, SOAK_CASE } from "./soak.ts";
import { measureThroughput, throughputCases } from "./throughput.ts";
import type { ThroughputRow } from "./throughput.ts";
import { measureWorkers, WORKERS_CASE } from "./workers.ts";

const runThroughput = async (bench: Bench): Promise<readonly ThroughputRow[]> => {
  const found: ThroughputRow[] = [];
  for (const one of throughputCases(bench.quick)) {
    if (!bench.isWanted(one.name)) continue;
    const rows = await measureThroughput(bench, one);
    printSection(one.name, tables.throughputTable(rows));
    found.push(...rows);
  }
  return found;
};

const runMemory = async (bench: Bench): Promise<readonly MemoryRow[]> => {
  const found: MemoryRow[] = [];
  for (const one of memoryCases(bench.quick)) {
    if (!bench.isWanted(one.name)) continue;
    const rows = await measureMemoryCase(bench, one, found);
    printSection(one.name, tables.memoryTable(rows));
    found.push(...rows);
  }
  return found;
};

const runLatency = async (bench: Bench): Promise<readonly LatencyRow[]> => {
  const found: LatencyRow[] = [];
  for (const one of LATENCY_CASES) {
    if (!bench.isWanted(one.name)) continue;
    const rows = await measureLatency(bench, one);
    printSection(one.name, tables.latencyTable(rows));
    found.push(...rows);
  }
  return found;
};

/** What runs only when it was asked for. */
export interface CaseOptions {
  readonly soak: boolean;
}

/** What was found, and why some kinds of case are missing. */
export interface CaseOutcome {
  readonly findings: Findings;
  readonly broken: Readonly<Record<string, string>>;
}

/** Runs every case that is wanted; a kind of case that breaks down does not end the run. */
export async function runCases(bench: Bench, { soak }: CaseOptions): Promise<CaseOutcome> {
  const broken: Record<string, string> = {};
  const attempt = async <T>(name: string, run: () => Promise<T>, otherwise: T): Promise<T> => {
    try {
      return await run();
    } catch (error) {
      broken[name] = reasonOf(error);
      console.error(`${name} broke down: ${reasonOf(error)}`);
      return otherwise;
    }
  };
  const attemptOne = <T>(name: string, run: () => Promise<T>, show: (found: T) => string) =>
    attempt<T | undefined>(
      name,
      async () => {
        if (!bench.isWanted(name)) return undefined;
        const found = await run();
        printSection(name, show(found));
        return found;
      },
      undefined,
    );

  const throughput = await attempt("throughput", () => runThroughput(bench), []);
  const latency = await attempt("latency", () => runLatency(bench), []);
  const slowClient = await attemptOne(
    SLOW_CLIENT.name,
    () => measureSlowClient(bench),
    tables.slowClientTable,
  );
  const slowUpstream = await attemptOne(
    SLOW_UPSTREAM.name,
    () => measureSlowUpstream(bench),
    tables.slowUpstreamTable,
  );
  const memory = await attempt("memory", () => runMemory(bench), []);
  const workers = await attemptOne(
    WORKERS_CASE,
    () => measureWorkers(bench),
    (found) =>
      found.failure ?? `${tables.workersTable(found)}\n× one: ${found.ratio?.toFixed(2) ?? "–"}`,
  );
  const soakFound = soak
    ? await attemptOne(SOAK_CASE, () => measureSoak(bench), tables.soakTable)
    : undefined;
  const findings = {
    throughput,
    memory,
    latency,
    slowClient: slowClient ?? [],
    slowUpstream: slowUpstream ?? [],
    workers,
    soak: soakFound,
  };
  return { findings, broken };
}
