import type { BurstOrder } from "../load/burst.ts";
import { median, quantile } from "../statistics.ts";
import type { Running } from "../subjects/subject.ts";
import { LIMIT_MS, reasonOf, SMALL_FORM } from "./bench.ts";
import type { Bench } from "./bench.ts";

/** What going through a gateway adds for one client, in milliseconds. */
export interface LatencyFigures {
  readonly directP50Ms: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Median through the gateway less the median without it. */
  readonly addedMs: number;
}

/** One subject in one case. */
export interface LatencyRow {
  readonly caseName: string;
  readonly subject: string;
  readonly requests: number;
  readonly figures: LatencyFigures | undefined;
  readonly failure: string | undefined;
}

/** One client that sends small uploads, one after the other. */
export interface LatencyCase {
  readonly name: string;
  readonly first: "model" | "file";
}

export const LATENCY_CASES: readonly LatencyCase[] = (["model", "file"] as const).map((first) => ({
  name: `latency, 64 KiB × 1, ${first} first`,
  first,
}));

/** Sent to the upstream and then through the gateway, in turn. */
const BLOCK_REQUESTS = 200;
const BLOCKS = 6;
const QUICK_BLOCKS = 2;

const measureOne = async (
  { load, mock, quick }: Bench,
  one: Running,
  first: "model" | "file",
): Promise<LatencyFigures> => {
  const block = (target: Pick<BurstOrder, "port" | "headers">) =>
    load.burst({
      ...target,
      forms: [{ ...SMALL_FORM, first }],
      clients: 1,
      requests: BLOCK_REQUESTS,
      limitMs: LIMIT_MS,
    });
  const through: number[] = [];
  const direct: number[] = [];
  for (let turn = 0; turn < (quick ? QUICK_BLOCKS : BLOCKS); turn++) {
    direct.push(...(await block({ port: mock.port, headers: {} })).latenciesMs);
    const { subject, child } = one;
    const report = await block({ port: child().port, headers: subject.headers });
    through.push(...report.latenciesMs);
  }
  const [directP50Ms, p50Ms] = [median(direct), median(through)];
  return { directP50Ms, p50Ms, p99Ms: quantile(through, 0.99), addedMs: p50Ms - directP50Ms };
};

/** Every subject in turn. */
export async function measureLatency(
  bench: Bench,
  { name, first }: LatencyCase,
): Promise<readonly LatencyRow[]> {
  const rows: LatencyRow[] = [];
  const requests = BLOCK_REQUESTS * (bench.quick ? QUICK_BLOCKS : BLOCKS);
  for (const one of bench.running) {
    const names = { caseName: name, subject: one.subject.name, requests };
    try {
      const figures = await measureOne(bench, one, first);
      rows.push({ ...names, figures, failure: undefined });
    } catch (error) {
      rows.push({ ...names, figures: undefined, failure: `failed: ${reasonOf(error)}` });
      await one.restart();
    }
  }
  return rows;
}
