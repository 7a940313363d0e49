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

const reasonToLeaveOut = (streams: boolean, { clients, audioBytes }: MemoryCase) => {
  const bytes = clients * audioBytes;
  if (!streams && bytes * COPIES > availableBytes())
    return `it holds uploads in memory several times, which this machine has not enough of`;
  return undefined;
};

const STREAMS: ReadonlySet<string> = new Set(["pipe", "Earshot", "nginx"]);

const measureOne = async (
  bench: Bench,
  { subject }: Running,
  memoryCase: MemoryCase,
): Promise<MemoryRow> => {
  const names = { caseName: memoryCase.name, subject: subject.name };
  const reason = reasonToLeaveOut(STREAMS.has(subject.name), memoryCase);
  if (reason !== undefined) return { ...names, figures: undefined, failure: `left out: ${reason}` };
  try {
    const figures = await withFresh(bench, subject, (one) => measureMemory(bench, one, memoryCase));
    return { ...names, figures, failure: undefined };
  } catch (error) {
    return { ...names, figures: undefined, failure: `failed: ${reasonOf(error)}` };
  }
};

/** Every subject in turn; of the largest case only Earshot. */
export async function measureMemoryCase(
  bench: Bench,
  memoryCase: MemoryCase,
): Promise<readonly MemoryRow[]> {
  const isLargest = memoryCase.clients * memoryCase.audioBytes > MOST_BYTES;
  const rows: MemoryRow[] = [];
  for (const one of bench.running)
    if (!isLargest || one.subject.name === "Earshot")
      rows.push(await measureOne(bench, one, memoryCase));
  return rows;
}
