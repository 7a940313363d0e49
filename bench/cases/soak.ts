import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { familyOf, memoryBytes, openFiles } from "../processes/process-usage.ts";
import type { OpenFiles } from "../processes/process-usage.ts";
import { startSubject } from "../subjects/subject.ts";
import type { Running } from "../subjects/subject.ts";
import { LIMIT_MS, MEBIBYTE, SMALL_FORM } from "./bench.ts";
import type { Bench } from "./bench.ts";

/** Earshot after a tenth of the requests, two tenths and so on. */
export interface SoakSample extends OpenFiles {
  readonly requests: number;
  readonly mebibytes: number;
}

/** What many requests in a row leave behind. */
export interface SoakResult {
  readonly samples: readonly SoakSample[];
  readonly requestsPerSecond: number;
  /** Names in the spool folder at the end. */
  readonly spooledFiles: readonly string[];
  /** Sockets that were open before the first request. */
  readonly socketsBefore: number;
}

export const SOAK_CASE = "soak, 64 KiB × 16, both orders";

const SAMPLES = 10;
const REQUESTS_OF_SAMPLE = 10_000;
const QUICK_REQUESTS_OF_SAMPLE = 1000;

/** One in so many is large enough to be spooled. */
const RARE = { every: 500, form: { audioBytes: 3 * MEBIBYTE, first: "file" } } as const;

/** Before the first and the last sample: Earshot keeps spool files for 10 s, to use them again. */
const IDLE_MS = 12_000;
const SHORT_IDLE_MS = 500;

const takeSample = async (one: Running, requests: number, idleMs: number): Promise<SoakSample> => {
  await sleep(idleMs);
  const pids = familyOf(one.child().pid);
  return { requests, mebibytes: memoryBytes(pids) / MEBIBYTE, ...openFiles(pids) };
};

const soak = async (bench: Bench, one: Running): Promise<Omit<SoakResult, "spooledFiles">> => {
  const requests = bench.quick ? QUICK_REQUESTS_OF_SAMPLE : REQUESTS_OF_SAMPLE;
  const { pid, port } = one.child();
  const socketsBefore = openFiles(familyOf(pid)).sockets;
  const samples: SoakSample[] = [];
  let seconds = 0;
  while (samples.length < SAMPLES) {
    const report = await bench.load.burst({
      port,
      headers: one.subject.headers,
      forms: [SMALL_FORM, { ...SMALL_FORM, first: "file" }],
      rare: RARE,
      clients: 16,
      requests,
      limitMs: LIMIT_MS,
    });
    seconds += report.seconds;
    const taken = samples.length + 1;
    const idleMs = taken === 1 || taken === SAMPLES ? IDLE_MS : SHORT_IDLE_MS;
    samples.push(await takeSample(one, taken * requests, idleMs));
  }
  return { samples, socketsBefore, requestsPerSecond: (requests * SAMPLES) / seconds };
};

/** Earshot, started anew, with a spool folder of its own. Rejects when an answer is wrong or late. */
export async function measureSoak(bench: Bench): Promise<SoakResult> {
  const spoolFolder = join(bench.place.folder, "spool");
  mkdirSync(spoolFolder, { recursive: true });
  const one = await startSubject(bench.earshot({ spoolFolder }), bench.place);
  try {
    const found = await soak(bench, one);
    return { ...found, spooledFiles: readdirSync(spoolFolder) };
  } finally {
    await one.stop();
  }
}
