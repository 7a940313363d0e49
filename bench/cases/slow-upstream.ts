import type { UploadForm } from "../load/upload-form.ts";
import {
  familyOf,
  memoryBytes,
  peakMemoryBytes,
  resetPeakMemory,
} from "../processes/process-usage.ts";
import { median } from "../statistics.ts";
import type { Running } from "../subjects/subject.ts";
import { LIMIT_MS, MEBIBYTE, reasonOf, SMALL_FORM, withFresh } from "./bench.ts";
import type { Bench } from "./bench.ts";

/** What one large upload to a slow upstream shows. */
export interface SlowUpstreamFigures {
  /** How much more memory than before the gateway held at most. */
  readonly growthMebibytes: number;
  /** Until the client's last byte was taken. */
  readonly acceptedSeconds: number;
  /** Until the client had its answer. */
  readonly answeredSeconds: number;
  /** Medians of small uploads without and beside the large one. */
  readonly smallAloneMs: number;
  readonly smallBesideMs: number;
}

/** One subject in front of a slow upstream. */
export interface SlowUpstreamRow {
  readonly subject: string;
  readonly figures: SlowUpstreamFigures | undefined;
  readonly failure: string | undefined;
}

/** A provider that takes its time. */
export const SLOW_UPSTREAM: {
  readonly name: string;
  readonly form: UploadForm;
  readonly bytesPerSecond: number;
} = {
  name: "slow upstream",
  form: { audioBytes: 25 * MEBIBYTE, first: "model" },
  bytesPerSecond: 2 * MEBIBYTE,
};

const SMALL_PAUSE_MS = 20;
const SMALL_ALONE_REQUESTS = 100;

const measureFresh = async ({ load, mock }: Bench, one: Running): Promise<SlowUpstreamFigures> => {
  const { pid, port } = one.child();
  const target = { port, headers: one.subject.headers, limitMs: LIMIT_MS };
  const alone = { forms: [SMALL_FORM], clients: 1, requests: SMALL_ALONE_REQUESTS };
  const { latenciesMs } = await load.burst({ ...target, ...alone });
  await mock.behave({ bytesPerSecond: SLOW_UPSTREAM.bytesPerSecond });
  try {
    const before = memoryBytes(familyOf(pid));
    resetPeakMemory(familyOf(pid));
    const held = { large: SLOW_UPSTREAM.form, small: SMALL_FORM, pauseMs: SMALL_PAUSE_MS };
    const report = await load.hold({ ...target, ...held });
    return {
      growthMebibytes: (peakMemoryBytes(familyOf(pid)) - before) / MEBIBYTE,
      acceptedSeconds: report.acceptedMs / 1000,
      answeredSeconds: report.answeredMs / 1000,
      smallAloneMs: median(latenciesMs),
      smallBesideMs: median(report.smallLatenciesMs),
    };
  } finally {
    await mock.behave({});
  }
};

/** Every subject, started anew, in front of an upstream that reads slowly. */
export async function measureSlowUpstream(bench: Bench): Promise<readonly SlowUpstreamRow[]> {
  const rows: SlowUpstreamRow[] = [];
  for (const { subject } of bench.running)
    try {
      const figures = await withFresh(bench, subject, (one) => measureFresh(bench, one));
      rows.push({ subject: subject.name, figures, failure: undefined });
    } catch (error) {
      const failure = `failed: ${reasonOf(error)}`;
      rows.push({ subject: subject.name, figures: undefined, failure });
    }
  return rows;
}
