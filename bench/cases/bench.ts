import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startLoad } from "../load/load.ts";
import type { Load } from "../load/load.ts";
import type { UploadForm } from "../load/upload-form.ts";
import { earshot } from "../subjects/earshot.ts";
import type { EarshotOptions } from "../subjects/earshot.ts";
import { findSubjects } from "../subjects/find-subjects.ts";
import { startSubject } from "../subjects/subject.ts";
import type { Place, Running, Subject } from "../subjects/subject.ts";
import { startMock } from "../upstream/mock.ts";
import type { Mock } from "../upstream/mock.ts";

/** What every kind of case works with. */
export interface Bench {
  readonly load: Load;
  readonly mock: Mock;
  readonly place: Place;
  /** All subjects, the pipe first. */
  readonly running: readonly Running[];
  /** Earshot started in another way. */
  readonly earshot: (options: EarshotOptions) => Subject;
  readonly rounds: number;
  readonly quick: boolean;
  /** Whether the case with that name is to be run. */
  isWanted(caseName: string): boolean;
}

/** The first line of what went wrong. */
export function reasonOf(error: unknown): string {
  const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return reason;
}

export const KIBIBYTE = 1024;
export const MEBIBYTE: number = 1024 * KIBIBYTE;

/** The smallest upload of the benchmark. */
export const SMALL_FORM: UploadForm = { audioBytes: 64 * KIBIBYTE, first: "model" };

/** What takes longer has failed. */
export const LIMIT_MS = 300_000;

/** Sends small uploads, both orders, until the engine has compiled what runs often. */
export async function warmUp(load: Load, one: Running, requests: number): Promise<void> {
  await load.burst({
    port: one.child().port,
    headers: one.subject.headers,
    forms: [SMALL_FORM, { ...SMALL_FORM, first: "file" }],
    clients: 16,
    requests: Math.max(16, Math.round(requests * one.subject.load)),
    limitMs: LIMIT_MS,
  });
}

const FRESH_WARM_UP_REQUESTS = 400;

/** Starts the subject anew, lets it get warm, hands it over and ends it. */
export async function withFresh<T>(
  { load, place }: Bench,
  subject: Subject,
  use: (one: Running) => Promise<T>,
): Promise<T> {
  const one = await startSubject(subject, place);
  try {
    await warmUp(load, one, FRESH_WARM_UP_REQUESTS);
    return await use(one);
  } finally {
    await one.stop();
  }
}

/** Who takes part and how thorough the run is. */
export interface BenchSettings extends Pick<Bench, "rounds" | "quick" | "isWanted"> {
  readonly nginx: boolean;
  readonly portkey: boolean;
  readonly litellm: boolean;
  /** For Earshot's process. */
  readonly nodeOptions: readonly string[];
  /** Another checkout of Earshot that takes part. */
  readonly against: string | undefined;
}

/** A run's processes, and who takes no part and why. */
export interface StartedBench {
  readonly bench: Bench;
  readonly leftOut: Readonly<Record<string, string>>;
}

// Node compiles the last of a gateway's own code after some ten thousand requests.
const WARM_UP_REQUESTS = 12_000;
const QUICK_WARM_UP_REQUESTS = 1200;

type Stops = (() => Promise<void>)[];

interface Started {
  readonly running: readonly Running[];
  readonly leftOut: Readonly<Record<string, string>>;
}

/** Without the pipe or Earshot there is nothing to measure; any other may be missing. */
const startAll = async (
  subjects: readonly Subject[],
  place: Place,
  stops: Stops,
): Promise<Started> => {
  const running: Running[] = [];
  const leftOut: Record<string, string> = {};
  for (const subject of subjects)
    try {
      const one = await startSubject(subject, place);
      stops.push(() => one.stop());
      running.push(one);
    } catch (error) {
      if (subject.name === "pipe" || subject.name === "Earshot") throw error;
      leftOut[subject.name] = `it did not start: ${reasonOf(error)}`;
    }
  return { running, leftOut };
};

const start = async (settings: BenchSettings, stops: Stops): Promise<StartedBench> => {
  const folder = mkdtempSync(join(tmpdir(), "earshot-bench-"));
  // Also when a signal ends the run.
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  const mock = await startMock();
  stops.push(() => mock.stop());
  const place = { upstreamPort: mock.port, folder };
  const { subjects, leftOut } = findSubjects({ ...settings, upstreamPort: mock.port });
  const started = await startAll(subjects, place, stops);
  const { running } = started;
  const load = await startLoad();
  stops.push(() => load.stop());
  const { rounds, quick, isWanted, nodeOptions } = settings;
  for (const one of running)
    await warmUp(load, one, quick ? QUICK_WARM_UP_REQUESTS : WARM_UP_REQUESTS).catch(
      (error: unknown) => {
        // It fails again where it counts, in a line of its own.
        console.error(`${one.subject.name} failed while warming up: ${reasonOf(error)}`);
        return one.restart();
      },
    );
  const earshotWith: Bench["earshot"] = (options) => earshot({ nodeOptions, ...options });
  const bench = { load, mock, place, running, earshot: earshotWith, rounds, quick, isWanted };
  return { bench, leftOut: { ...leftOut, ...started.leftOut } };
};

/** Starts everything, hands it over and ends it, whatever happens. */
export async function withBench<T>(
  settings: BenchSettings,
  use: (started: StartedBench) => Promise<T>,
): Promise<T> {
  const stops: Stops = [];
  try {
    return await use(await start(settings, stops));
  } finally {
    for (const stop of stops.toReversed()) await stop();
  }
}
