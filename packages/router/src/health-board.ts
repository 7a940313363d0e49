import { dateOf, ERROR_POLICY } from "@earshot/core";
import type { Clock, ErrorCode, TranscriptionError } from "@earshot/core";
import type { Candidate } from "./plan-routes.ts";
import { askedPauseMs } from "./retry-rules.ts";
import type { RouterSettings } from "./router-settings.ts";
import type { RouterState } from "./router-state.ts";
import type { DeploymentHealth } from "./router.ts";
import type { Strategy } from "./strategies.ts";
import { createUsageFigures } from "./usage-figures.ts";
import type { Usage, Work } from "./usage-figures.ts";

/** How a candidate's deployment stands at one moment. */
export interface Standing extends Usage {
  readonly candidate: Candidate;
  /** Undefined when it is well; in the past while it still has to prove itself. */
  readonly cooledUntilMs: number | undefined;
}

/** One attempt as the board follows it; a stream that breaks later has failed after it succeeded. */
export interface WatchedAttempt {
  succeeded(work: Work): void;
  failed(error: TranscriptionError): Promise<void>;
  /** It was ended too early to prove anything. */
  givenUp(): void;
}

export interface HealthBoard {
  /** How they stand, in their order, from one call to the state. */
  look(candidates: readonly Candidate[]): Promise<readonly Standing[]>;
  /**
   * False when others go first: it cools down, or it has just done so and another request is finding
   * out whether it is well. To be asked without delay before `watch`.
   */
  isUsable(standing: Standing): boolean;
  /** To be called as an attempt starts, with what was seen then. */
  watch(standing: Standing): WatchedAttempt;
  /** What this process saw last, without asking the state. */
  lastSeen(deploymentId: string): Pick<DeploymentHealth, "cooledUntilMs" | "lastError">;
}

export interface HealthBoardParts {
  readonly state: RouterState;
  readonly settings: RouterSettings;
  readonly strategy: Strategy;
  readonly clock: Clock;
}

const FAILURES_WITHIN_MS = 60_000;
/** How long after its cooldown a deployment must prove itself before it is taken for well. */
const PROBATION_MS = 60_000;

/** Under this key the state holds until when the deployment cools down. */
const cooldownKey = (deploymentId: string): string => `cooldown:${deploymentId}`;

/**
 * A group's only deployment is spared for what may pass by itself, as LiteLLM does it: cooling it
 * down would only keep requests from it. What stays broken (a wrong key) cools it down, so that
 * fallbacks are tried first.
 */
const mayPass = (code: ErrorCode): boolean =>
  ERROR_POLICY[code].retry === "here" || ERROR_POLICY[code].health === "count";

/** Resolves to the moment until which a failure cools the standing's deployment down, if it does. */
const createCooldowns = ({ state, settings, clock }: HealthBoardParts) => {
  const isTooMuch = async (error: TranscriptionError, standing: Standing): Promise<boolean> => {
    const { deployment } = standing.candidate;
    const policy = settings.allowedFailsPolicy?.[error.code];
    const trips = policy === undefined && ERROR_POLICY[error.code].health === "trip";
    // Whoever was to show that it is well again, and failed, has shown enough.
    if (standing.cooledUntilMs !== undefined || trips) return true;
    const counted = policy === undefined ? "all" : error.code;
    const failures = await state.add(`failures:${counted}:${deployment.id}`, 1, FAILURES_WITHIN_MS);
    return failures > (policy ?? deployment.allowedFails ?? settings.allowedFails);
  };
  return async (error: TranscriptionError, standing: Standing): Promise<number | undefined> => {
    const { deployment, alone } = standing.candidate;
    const cooldownMs = deployment.cooldownMs ?? settings.cooldownMs;
    const spared = alone && deployment.allowedFails === undefined && mayPass(error.code);
    if (settings.disableCooldowns || cooldownMs <= 0 || spared) return undefined;
    if (!(await isTooMuch(error, standing))) return undefined;
    const lengthMs = Math.max(cooldownMs, askedPauseMs(error));
    const untilMs = clock.now() + lengthMs;
    await state.raise(cooldownKey(deployment.id), untilMs, lengthMs + PROBATION_MS);
    return untilMs;
  };
};

/** What this process saw last of a deployment; times of the clock. */
interface Seen {
  cooledUntilMs: number | undefined;
  lastError: TranscriptionError | undefined;
}

const createBook = (clock: Clock) => {
  const book = new Map<string, Seen>();
  const seenOf = (id: string): Seen => {
    const seen = book.get(id) ?? { cooledUntilMs: undefined, lastError: undefined };
    book.set(id, seen);
    return seen;
  };
  const lastSeen: HealthBoard["lastSeen"] = (id) => {
    const { cooledUntilMs = 0, lastError } = seenOf(id);
    const leftMs = cooledUntilMs - clock.now();
    const shownMs = leftMs > 0 ? Math.round(dateOf(clock) + leftMs) : undefined;
    return { cooledUntilMs: shownMs, lastError };
  };
  return { seenOf, lastSeen };
};

/** Knows which deployments are well, and learns from every attempt. */
export function createHealthBoard(parts: HealthBoardParts): HealthBoard {
  const { state, strategy, clock } = parts;
  const coolDown = createCooldowns(parts);
  const figures = createUsageFigures(state, strategy);
  const { seenOf, lastSeen } = createBook(clock);
  /** Deployments that are just being tried to see whether they are well again. */
  const probed = new Set<string>();

  return {
    async look(candidates) {
      if (candidates.length === 0) return [];
      const now = clock.now();
      const values = await state.read(
        candidates.flatMap(({ deployment }) => [
          cooldownKey(deployment.id),
          ...figures.keys(deployment, now),
        ]),
      );
      let position = 0;
      const next = (): number | undefined => values[position++];
      return candidates.map((candidate) => {
        const cooledUntilMs = next();
        seenOf(candidate.deployment.id).cooledUntilMs = cooledUntilMs;
        const { requestsThisMinute, msPerAudioSecond } = figures.read(candidate.deployment, next);
        return { candidate, cooledUntilMs, requestsThisMinute, msPerAudioSecond };
      });
    },
    isUsable: ({ candidate: { deployment }, cooledUntilMs }) =>
      cooledUntilMs === undefined || (cooledUntilMs <= clock.now() && !probed.has(deployment.id)),
    watch(standing) {
      const { deployment } = standing.candidate;
      const { id } = deployment;
      const seen = seenOf(id);
      const isProbe = standing.cooledUntilMs !== undefined;
      if (isProbe) probed.add(id);
      figures.countRequest(deployment, clock.now());
      return {
        succeeded(work) {
          seen.lastError = undefined;
          figures.countWork(deployment, work, clock.now());
          if (!isProbe) return;
          probed.delete(id);
          seen.cooledUntilMs = undefined;
          void state.remove([cooldownKey(id), `failures:all:${id}`]);
        },
        givenUp() {
          if (isProbe) probed.delete(id);
        },
        async failed(error) {
          if (isProbe) probed.delete(id);
          if (ERROR_POLICY[error.code].health === "none") return;
          seen.lastError = error;
          seen.cooledUntilMs = (await coolDown(error, standing)) ?? seen.cooledUntilMs;
        },
      };
    },
    lastSeen,
  };
}
