import type { Load } from "../load/load.ts";
import {
  cpuMsBetween,
  familyOf,
  peakMemoryBytes,
  readCpu,
  resetPeakMemory,
} from "../processes/process-usage.ts";
import { median, medianRatio, quantile, spread } from "../statistics.ts";
import type { Running } from "../subjects/subject.ts";
import type { ThroughputCase } from "./throughput-case.ts";

/** What one round, or the median of several, says of a subject in a case. */
export interface Figures {
  readonly requestsPerSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** CPU time of the gateway's processes for each request. */
  readonly cpuMs: number;
  readonly peakMemoryMebibytes: number;
}

/** One subject in one case. */
export interface ThroughputRow {
  readonly caseName: string;
  readonly subject: string;
  readonly rounds: readonly Figures[];
  /** Medians over the rounds; undefined when it failed. */
  readonly figures: Figures | undefined;
  /** Least and most CPU time over the rounds. */
  readonly cpuSpreadMs: readonly [number, number] | undefined;
  /** CPU time compared to the pipe's in the same round, median over the rounds. */
  readonly cpuRatio: number | undefined;
  /** Why it could not finish. */
  readonly failure: string | undefined;
}

const MEBIBYTE = 1024 * 1024;

/** What takes longer in one round has failed. */
const ROUND_LIMIT_MS = 300_000;

/** Runs one round. Rejects when an answer is wrong or late. */
async function measureRound(
  load: Load,
  running: Running,
  { clients, requests, audioBytes, first }: ThroughputCase,
): Promise<Figures> {
  const { headers, load: share } = running.subject;
  const { pid, port } = running.child();
  const sent = Math.max(clients, Math.round(requests * share));
  const order = { port, headers, forms: [{ audioBytes, first }], clients, limitMs: ROUND_LIMIT_MS };
  const isHeavy = clients * audioBytes > 256 * MEBIBYTE;
  await load.burst({ ...order, requests: isHeavy ? 1 : clients });
  const pids = familyOf(pid);
  resetPeakMemory(pids);
  const before = readCpu(pids);
  const report = await load.burst({ ...order, requests: sent });
  const cpuMs = cpuMsBetween(before, readCpu(familyOf(pid)));
  return {
    requestsPerSecond: sent / report.seconds,
    p50Ms: quantile(report.latenciesMs, 0.5),
    p99Ms: quantile(report.latenciesMs, 0.99),
    cpuMs: cpuMs / sent,
    peakMemoryMebibytes: peakMemoryBytes(familyOf(pid)) / MEBIBYTE,
  };
}

/** The median of each figure over the rounds. */
export function medianOf(rounds: readonly Figures[]): Figures {
  const of = (key: keyof Figures): number => median(rounds.map((figures) => figures[key]));
  return {
    requestsPerSecond: of("requestsPerSecond"),
    p50Ms: of("p50Ms"),
    p99Ms: of("p99Ms"),
    cpuMs: of("cpuMs"),
    peakMemoryMebibytes: of("peakMemoryMebibytes"),
  };
}

interface Outcome {
  readonly rounds: Figures[];
  failure: string | undefined;
}

const toRow = (
  names: Pick<ThroughputRow, "caseName" | "subject">,
  { rounds, failure }: Outcome,
  floor: readonly Figures[],
): ThroughputRow => {
  const cpu = rounds.map(({ cpuMs }) => cpuMs);
  const isWhole = failure === undefined && rounds.length > 0;
  const floorCpu = floor.map(({ cpuMs }) => cpuMs);
  return {
    ...names,
    rounds,
    figures: isWhole ? medianOf(rounds) : undefined,
    cpuSpreadMs: isWhole ? spread(cpu) : undefined,
    cpuRatio: isWhole ? medianRatio(cpu, floorCpu) : undefined,
    failure,
  };
};

/**
 * Runs the rounds of a case, the subjects in turn. One that fails is started anew and takes no part in
 * the other rounds. The first one is what the others are compared to.
 */
export async function measureThroughput(
  { load, running, rounds }: { load: Load; running: readonly Running[]; rounds: number },
  throughputCase: ThroughputCase,
): Promise<readonly ThroughputRow[]> {
  const outcomes = running.map((): Outcome => ({ rounds: [], failure: undefined }));
  for (let round = 0; round < Math.min(rounds, throughputCase.mostRounds); round++)
    for (const [index, one] of running.entries()) {
      const outcome = outcomes[index];
      if (outcome === undefined || outcome.failure !== undefined) continue;
      try {
        outcome.rounds.push(await measureRound(load, one, throughputCase));
      } catch (error) {
        outcome.failure = error instanceof Error ? error.message : String(error);
        await one.restart();
      }
    }
  const floor = outcomes[0]?.rounds ?? [];
  return outcomes.map((outcome, index) =>
    toRow(
      { caseName: throughputCase.name, subject: running[index]?.subject.name ?? "" },
      outcome,
      floor,
    ),
  );
}
