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
  /** `next` hands out the values of the keys, one after the other. */
  read(deployment: Deployment, next: () => number | undefined): Usage;
  countRequest(deployment: Deployment, now: number): void;
  countWork(deployment: Deployment, work: Work, now: number): void;
}

const MINUTE_MS = 60_000;
/** Long enough to hold some recordings, short enough to notice that a provider became slow. */
const WORK_WINDOW_MS = 10 * MINUTE_MS;
/** Taken where the length is unknown; every deployment is judged by it alike. */
const USUAL_AUDIO_SECONDS = 30;

const requestsKey = (id: string, now: number): string =>
  `requests:${Math.floor(now / MINUTE_MS)}:${id}`;
const workKeys = (id: string, now: number): readonly [string, string] => {
  const window = Math.floor(now / WORK_WINDOW_MS);
  return [`work-ms:${window}:${id}`, `audio-ms:${window}:${id}`];
};

/** Keeps `requestsThisMinute` and `msPerAudioSecond` as counters in a state that never fails. */
export function createUsageFigures(state: RouterState, strategy: Strategy): UsageFigures {
  const isCounted = ({ rpm }: Deployment): boolean => strategy.counts || rpm !== undefined;

  return {
    keys: (deployment, now) => [
      ...(isCounted(deployment) ? [requestsKey(deployment.id, now)] : []),
      ...(strategy.timed
        ? [...workKeys(deployment.id, now), ...workKeys(deployment.id, now - WORK_WINDOW_MS)]
        : []),
    ],
    read(deployment, next) {
      const requestsThisMinute = isCounted(deployment) ? (next() ?? 0) : 0;
      if (!strategy.timed) return { requestsThisMinute, msPerAudioSecond: undefined };
      const [workMs, audioMs, earlierWorkMs, earlierAudioMs] = [next(), next(), next(), next()];
      const allAudioMs = (audioMs ?? 0) + (earlierAudioMs ?? 0);
      const allWorkMs = (workMs ?? 0) + (earlierWorkMs ?? 0);
      const msPerAudioSecond = allAudioMs > 0 ? (allWorkMs / allAudioMs) * 1000 : undefined;
      return { requestsThisMinute, msPerAudioSecond };
    },
    countRequest(deployment, now) {
      if (isCounted(deployment)) void state.add(requestsKey(deployment.id, now), 1, 2 * MINUTE_MS);
    },
    countWork(deployment, { durationMs, audioSeconds = USUAL_AUDIO_SECONDS }, now) {
      if (!strategy.timed) return;
      const [workKey, audioKey] = workKeys(deployment.id, now);
      void state.add(workKey, durationMs, 2 * WORK_WINDOW_MS);
      void state.add(audioKey, audioSeconds * 1000, 2 * WORK_WINDOW_MS);
    },
  };
}
