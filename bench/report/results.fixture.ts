import type { Figures, ThroughputRow } from "../cases/throughput.ts";
import { medianOf } from "../cases/throughput.ts";
import { medianRatio, spread } from "../statistics.ts";
import type { Results } from "./results.ts";

const round = (cpuMs: number): Figures => ({
  requestsPerSecond: 1000,
  p50Ms: 1,
  p99Ms: 2,
  cpuMs,
  peakMemoryMebibytes: 100,
});

/** A row whose rounds took that much CPU time, the pipe half a millisecond. For tests. */
export function rowOf(caseName: string, subject: string, cpuMs: readonly number[]): ThroughputRow {
  const floor = cpuMs.map(() => 0.5);
  return {
    caseName,
    subject,
    rounds: cpuMs.map(round),
    figures: medianOf(cpuMs.map(round)),
    cpuSpreadMs: spread(cpuMs),
    cpuRatio: medianRatio(cpuMs, floor),
    failure: undefined,
  };
}

/** A run of nothing. For tests. */
export const NO_RESULTS: Results = {
  date: "2026-01-02",
  rounds: 3,
  quick: false,
  machine: "2 × some CPU",
  versions: { pipe: "Node v24", Earshot: "1.0.0" },
  leftOut: {},
  throughput: [],
  memory: [],
  latency: [],
  slowClient: [],
  slowUpstream: [],
  workers: undefined,
  soak: undefined,
};
