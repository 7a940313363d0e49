import type { Load } from "../load/load.ts";
import type { UploadForm } from "../load/upload-form.ts";
import type { EarshotOptions } from "../subjects/earshot.ts";
import { startSubject } from "../subjects/subject.ts";
import type { Place, Running, Subject } from "../subjects/subject.ts";
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
