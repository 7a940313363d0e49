import { readFileSync } from "node:fs";
import {
  familyOf,
  memoryBytes,
  peakMemoryBytes,
  resetPeakMemory,
} from "../processes/process-usage.ts";
import type { Running } from "../subjects/subject.ts";
import { LIMIT_MS, MEBIBYTE, reasonOf, withFresh } from "./bench.ts";
import type { Bench } from "./bench.ts";

/** That many uploads at once, each by a client of its own. */
export interface MemoryCase {
  readonly name: string;
  readonly clients: number;
  readonly audioBytes: number;
  readonly first: "model" | "file";
}

/** What one subject needed for them, started anew. */
export interface MemoryFigures {
  /** Before, with small uploads behind it. */
  readonly idleMebibytes: number;
  readonly peakMebibytes: number;
  readonly seconds: number;
}

/** One subject in one case. */
export interface MemoryRow {
  readonly caseName: string;
  readonly subject: string;
  /** Of all uploads together. */
  readonly totalBytes: number;
  readonly first: "model" | "file";
  /** Undefined when it was left out or failed. */
  readonly figures: MemoryFigures | undefined;
  /** Why there are no figures. */
  readonly failure: string | undefined;
}

const SIZES = [
  { clients: 64, mebibytes: 25 },
  { clients: 16, mebibytes: 256 },
  { clients: 64, mebibytes: 256 },
] as const;

/** Every case of memory; a quick run leaves out the large files. */
export function memoryCases(quick: boolean): readonly MemoryCase[] {
  return SIZES.slice(0, quick ? 1 : undefined).flatMap(({ clients, mebibytes }) =>
    (["model", "file"] as const).map((first) => ({
      name: `memory, ${clients} × ${mebibytes} MiB, ${first} first`,
      clients,
      audioBytes: mebibytes * MEBIBYTE,
      first,
    })),
  );
}

/** Uploads as many as there are clients, all at once. Rejects when an answer is wrong or late. */
export async function measureMemory(
  bench: Bench,
  one: Running,
  { clients, audioBytes, first }: MemoryCase,
): Promise<MemoryFigures> {
  const { pid, port } = one.child();
  const idle = memoryBytes(familyOf(pid));
  resetPeakMemory(familyOf(pid));
  const { seconds } = await bench.load.burst({
    port,
    headers: one.subject.headers,
    forms: [{ audioBytes, first }],
    clients,
    requests: clients,
    limitMs: LIMIT_MS,
  });
  const peak = peakMemoryBytes(familyOf(pid));
  return { idleMebibytes: idle / MEBIBYTE, peakMebibytes: peak / MEBIBYTE, seconds };
}

const availableBytes = (): number => {
  const kibibytes = /^MemAvailable:\s+(\d+) kB$/mu.exec(
    readFileSync("/proc/meminfo", "latin1"),
  )?.[1];
  return Number(kibibytes ?? 0) * 1024;
};

/** Gateways that hold uploads in memory hold them several times. */
const COPIES = 8;

/** More than this takes minutes even in a gateway that streams. */
const MOST_BYTES = 8 * 1024 * MEBIBYTE;

const LONGEST_SECONDS = 180;

/** Judged by what the subject has taken so far for a byte, in the same order. */
const expectedSeconds = (
  subject: string,
  { clients, audioBytes, first }: MemoryCase,
  done: readonly MemoryRow[],
): number => {
  const last = done.findLast(
    (row) => row.subject === subject && row.first === first && row.figures !== undefined,
  );
  return ((last?.figures?.seconds ?? 0) / (last?.totalBytes ?? 1)) * clients * audioBytes;
};

const STREAMS: ReadonlySet<string> = new Set([
  "pipe",
  "Earshot",
  "Earshot, other checkout",
  "nginx",
]);

const reasonToLeaveOut = (
  subject: string,
  memoryCase: MemoryCase,
  done: readonly MemoryRow[],
): string | undefined => {
  const bytes = memoryCase.clients * memoryCase.audioBytes;
  if (!STREAMS.has(subject) && bytes * COPIES > availableBytes())
    return "left out: it keeps uploads in memory several times, more than this machine has";
  const seconds = expectedSeconds(subject, memoryCase, done);
  if (seconds > LONGEST_SECONDS) return `left out: it would take about ${seconds.toFixed(0)} s`;
  return undefined;
};

const measureOne = async (
  bench: Bench,
  { subject }: Running,
  memoryCase: MemoryCase,
): Promise<Pick<MemoryRow, "figures" | "failure">> => {
  try {
    const figures = await withFresh(bench, subject, (one) => measureMemory(bench, one, memoryCase));
    return { figures, failure: undefined };
  } catch (error) {
    return { figures: undefined, failure: `failed: ${reasonOf(error)}` };
  }
};

/** Every subject in turn; of the largest case only Earshot. `done` is what was measured before. */
export async function measureMemoryCase(
  bench: Bench,
  memoryCase: MemoryCase,
  done: readonly MemoryRow[],
): Promise<readonly MemoryRow[]> {
  const { name: caseName, clients, audioBytes, first } = memoryCase;
  const totalBytes = clients * audioBytes;
  const rows: MemoryRow[] = [];
  for (const one of bench.running) {
    const subject = one.subject.name;
    if (totalBytes > MOST_BYTES && subject !== "Earshot") continue;
    const failure = reasonToLeaveOut(subject, memoryCase, done);
    const outcome =
      failure === undefined
        ? await measureOne(bench, one, memoryCase)
        : { figures: undefined, failure };
    rows.push({ caseName, subject, totalBytes, first, ...outcome });
  }
  return rows;
}
