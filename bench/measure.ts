import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { join } from "node:path";
import type { BenchCase } from "./bench-case.ts";
import { cpuMsOf, peakMemoryBytes, resetPeakMemory, stopProcess } from "./child.ts";
import type { Child } from "./child.ts";
import type { LoadOrder, LoadReport } from "./load-generator.ts";
import type { Subject } from "./subjects.ts";

/** What one round, or the median of several, says of a subject in a case. */
export interface Figures {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the gateway's process for each request. */
  readonly cpuMs: number;
  readonly peakMemoryMebibytes: number;
}

/** A subject that runs. */
export interface Running {
  readonly subject: Subject;
  readonly child: Child;
}

/** The process that sends the uploads. */
export interface LoadGenerator {
  send(order: LoadOrder): Promise<LoadReport>;
  stop(): Promise<void>;
}

const isReport = (message: unknown): message is LoadReport =>
  typeof message === "object" && message !== null && "latenciesMs" in message;

const nextReport = (child: ChildProcess): Promise<LoadReport> =>
  new Promise((resolve, reject) => {
    const onExit = (): void => reject(new Error("The load generator ended too early."));
    child.once("exit", onExit);
    child.once("message", (message: unknown) => {
      child.off("exit", onExit);
      if (isReport(message)) resolve(message);
      else reject(new Error("The load generator sent no report."));
    });
  });

/** Starts the process that sends the uploads. */
export function startLoadGenerator(): LoadGenerator {
  const child = fork(join(import.meta.dirname, "load-generator.ts"));
  return {
    send: (order) => {
      const report = nextReport(child);
      child.send(order);
      return report;
    },
    stop: () => stopProcess(child),
  };
}

/** The value below which that share of the values lies. */
const quantile = (values: readonly number[], share: number): number => {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
};

const MEBIBYTE = 1024 * 1024;

/** Runs one round of the case. Rejects when an answer is wrong. */
export async function measure(
  load: LoadGenerator,
  { subject, child }: Running,
  benchCase: BenchCase,
): Promise<Figures> {
  const order = { benchCase, port: child.port, headers: subject.headers };
  const warmUp = await load.send({ ...order, requests: benchCase.clients });
  resetPeakMemory(child.pid);
  const cpuBeforeMs = cpuMsOf(child.pid);
  const report = await load.send({ ...order, requests: benchCase.requests });
  const cpuMs = cpuMsOf(child.pid) - cpuBeforeMs;
  const failure = warmUp.failure ?? report.failure;
  if (failure !== undefined) throw new Error(`${subject.name}, ${benchCase.name}: ${failure}`);
  return {
    requestsPerSecond: benchCase.requests / report.seconds,
    p50Ms: quantile(report.latenciesMs, 0.5),
    p99Ms: quantile(report.latenciesMs, 0.99),
    cpuMs: cpuMs / benchCase.requests,
    peakMemoryMebibytes: peakMemoryBytes(child.pid) / MEBIBYTE,
  };
}

/** The median of each figure over the rounds. */
export function medianOf(rounds: readonly Figures[]): Figures {
  const median = (key: keyof Figures): number =>
    quantile(
      rounds.map((figures) => figures[key]),
      0.5,
    );
  return {
    requestsPerSecond: median("requestsPerSecond"),
    p50Ms: median("p50Ms"),
    p99Ms: median("p99Ms"),
    cpuMs: median("cpuMs"),
    peakMemoryMebibytes: median("peakMemoryMebibytes"),
  };
}
