import type { TrickleReport } from "../load/trickle.ts";
import type { UploadForm } from "../load/upload-form.ts";
import { median } from "../statistics.ts";
import type { Running } from "../subjects/subject.ts";
import type { UpstreamTimes } from "../upstream/mock.ts";
import { KIBIBYTE, LIMIT_MS, MEBIBYTE, reasonOf } from "./bench.ts";
import type { Bench } from "./bench.ts";

/** What one upload by a slow client shows; in milliseconds. */
export interface SlowClientFigures {
  /** From the model, the head of the file and its first KiB being written to the first byte upstream. */
  readonly firstByteMs: number;
  /** From the same moment to the first audio upstream. */
  readonly firstAudioMs: number;
  /** From the model being known to the end of the upload. */
  readonly uploadMs: number;
  /** From the end of the upload to the answer. */
  readonly answerMs: number;
}

/** One subject with a slow client. */
export interface SlowClientRow {
  readonly subject: string;
  readonly runs: readonly SlowClientFigures[];
  /** Medians of the runs; undefined when it failed. */
  readonly figures: SlowClientFigures | undefined;
  readonly failure: string | undefined;
}

/** A client with a slow line. */
export const SLOW_CLIENT: {
  readonly name: string;
  readonly form: UploadForm;
  readonly pieceBytes: number;
  readonly everyMs: number;
} = {
  name: "slow client",
  form: { audioBytes: 4 * MEBIBYTE, first: "model" },
  pieceBytes: 64 * KIBIBYTE,
  everyMs: 40,
};

const RUNS = 10;
const QUICK_RUNS = 2;

const toFigures = (
  client: TrickleReport,
  upstream: UpstreamTimes | undefined,
): SlowClientFigures => {
  if (upstream?.audioAtMs === undefined) throw new Error("no audio was seen upstream");
  return {
    firstByteMs: upstream.requestAtMs - client.headAtMs,
    firstAudioMs: upstream.audioAtMs - client.headAtMs,
    uploadMs: client.lastByteAtMs - client.headAtMs,
    answerMs: client.answeredAtMs - client.lastByteAtMs,
  };
};

const runOnce = async ({ load, mock }: Bench, one: Running): Promise<SlowClientFigures> => {
  await mock.behave({ watch: true });
  const { form, pieceBytes, everyMs } = SLOW_CLIENT;
  const target = { port: one.child().port, headers: one.subject.headers };
  const client = await load
    .trickle({ ...target, form, pieceBytes, everyMs, limitMs: LIMIT_MS })
    .catch(async (error: unknown) => {
      await mock.behave({});
      throw error;
    });
  const [upstream] = await mock.behave({});
  return toFigures(client, upstream);
};

const medianOf = (runs: readonly SlowClientFigures[]): SlowClientFigures => {
  const of = (key: keyof SlowClientFigures): number => median(runs.map((run) => run[key]));
  return {
    firstByteMs: of("firstByteMs"),
    firstAudioMs: of("firstAudioMs"),
    uploadMs: of("uploadMs"),
    answerMs: of("answerMs"),
  };
};

const measureOne = async (bench: Bench, one: Running): Promise<SlowClientRow> => {
  const subject = one.subject.name;
  const runs: SlowClientFigures[] = [];
  try {
    for (let run = 0; run < (bench.quick ? QUICK_RUNS : RUNS); run++)
      runs.push(await runOnce(bench, one));
    return { subject, runs, figures: medianOf(runs), failure: undefined };
  } catch (error) {
    await one.restart();
    return { subject, runs, figures: undefined, failure: `failed: ${reasonOf(error)}` };
  }
};

/** Every subject with a client that trickles its upload. */
export async function measureSlowClient(bench: Bench): Promise<readonly SlowClientRow[]> {
  const rows: SlowClientRow[] = [];
  for (const one of bench.running) rows.push(await measureOne(bench, one));
  return rows;
}
