import type { RouterState } from "./router-state.ts";
import type { Deployment } from "./router.ts";
import type { Strategy } from "./strategies.ts";

/** What a successful attempt took. */
export interface Work {
  readonly durationMs: number;
  /** Undefined when the length was not measured. */
  readonly audioSeconds: number | undefined;
}

export interface Usage {
  readonly requestsThisMinute: number;
  readonly msPerAudioSecond: number | undefined;
}

/** The figures that strategies and rpm limits go by, kept only where something reads them. */
export interface UsageFigures {
  /** The state's keys that `read` needs, in its order. */
  keys(deployment: Deployment, now: number): readonly string[];
  read(deployment: Deployment, values: readonly (number | undefined)[]): Usage;
  countRequest(deployment: Deployment, now: number): Promise<void>;
  countWork(deployment: Deployment, work: Work, now: number): Promise<void>;
}

const MINUTE_MS = 60_000;
/** Long enough to hold some recordings, short enough to notice that a provider became slow. */
const WORK_WINDOW_MS = 10 * MINUTE_MS;
/** Taken where the length is unknown; every deployment is judged by it alike. */
const USUAL_AUDIO_SECONDS = 30;

const sum = (a: number | undefined, b: number | undefined): number => (a ?? 0) + (b ?? 0);

const requestsKey = (id: string, now: number): string =>
  `requests:${Math.floor(now / MINUTE_MS)}:${id}`;
const workKeys = (id: string, now: number): readonly [string, string] => {
  const window = Math.floor(now / WORK_WINDOW_MS);
  return [`work-ms:${window}:${id}`, `audio-ms:${window}:${id}`];
};

/** Keeps `requestsThisMinute` and `msPerAudioSecond` as counters in the state. */
export function createUsageFigures(state: RouterState, strategy: Strategy): UsageFigures {
  const isCounted = ({ rpm }: Deployment): boolean => strategy.counts || rpm !== undefined;

  return {
    keys: (deployment, now) => [
      ...(isCounted(deployment) ? [requestsKey(deployment.id, now)] : []),
      ...(strategy.timed
        ? [...workKeys(deployment.id, now), ...workKeys(deployment.id, now - WORK_WINDOW_MS)]
        : []),
    ],
    read(deployment, values) {
      const [requests, ...work] = isCounted(deployment) ? values : [0, ...values];
      const audioMs = sum(work[1], work[3]);
      return {
        requestsThisMinute: requests ?? 0,
        msPerAudioSecond: audioMs > 0 ? (sum(work[0], work[2]) / audioMs) * 1000 : undefined,
      };
    },
    async countRequest(deployment, now) {
      if (isCounted(deployment)) await state.add(requestsKey(deployment.id, now), 1, 2 * MINUTE_MS);
    },
    async countWork(deployment, { durationMs, audioSeconds = USUAL_AUDIO_SECONDS }, now) {
      if (!strategy.timed) return;
      const [workKey, audioKey] = workKeys(deployment.id, now);
      await Promise.all([
        state.add(workKey, durationMs, 2 * WORK_WINDOW_MS),
        state.add(audioKey, audioSeconds * 1000, 2 * WORK_WINDOW_MS),
      ]);
    },
  };
}
