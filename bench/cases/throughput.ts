import type { Load } from "../load/load.ts";
import type { UploadForm } from "../load/upload-form.ts";
import {
  cpuMsBetween,
  familyOf,
  peakMemoryBytes,
  readCpu,
  resetPeakMemory,
} from "../processes/process-usage.ts";
import { median, medianRatio, quantile, spread } from "../statistics.ts";
import type { Running } from "../subjects/subject.ts";

/** Uploads of one size and order from that many clients at once. */
export interface ThroughputCase extends UploadForm {
  readonly name: string;
  readonly clients: number;
  /** Of one round. */
  readonly requests: number;
  /** More than so many rounds would take for ever. */
  readonly mostRounds: number;
}

const KIBIBYTE = 1024;
const MEBIBYTE = 1024 * KIBIBYTE;

interface Size {
  readonly label: string;
  readonly audioBytes: number;
  readonly clients: number;
  readonly requests: number;
  readonly quickRequests: number;
  readonly mostRounds?: number;
}

const SIZES: readonly Size[] = [
  { label: "64 KiB", audioBytes: 64 * KIBIBYTE, clients: 16, requests: 2000, quickRequests: 640 },
  { label: "1 MiB", audioBytes: MEBIBYTE, clients: 8, requests: 320, quickRequests: 80 },
  { label: "25 MiB", audioBytes: 25 * MEBIBYTE, clients: 4, requests: 24, quickRequests: 8 },
  {
    label: "25 MiB",
    audioBytes: 25 * MEBIBYTE,
    clients: 64,
    requests: 64,
    quickRequests: 64,
    mostRounds: 3,
  },
];

/** Every case, small uploads first; a quick run sends fewer requests. */
export function throughputCases(quick: boolean): readonly ThroughputCase[] {
  return SIZES.flatMap(
    ({ label, audioBytes, clients, requests, quickRequests, mostRounds = Infinity }) =>
      (["model", "file"] as const).map((first) => ({
        name: `${label} × ${clients}, ${first} first`,
        audioBytes,
        first,
        clients,
        requests: quick ? quickRequests : requests,
        mostRounds,
      })),
  );
}

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
