import { dateOf, ERROR_POLICY } from "@earshot/core";
import type { Clock, ErrorCode, TranscriptionError } from "@earshot/core";
import { askedPauseMs } from "./retry-rules.ts";
import type { RouterSettings } from "./router-settings.ts";
import type { RouterState } from "./router-state.ts";
import type { Deployment, DeploymentHealth } from "./router.ts";
import type { Strategy } from "./strategies.ts";
import { createUsageFigures } from "./usage-figures.ts";
import type { Usage, Work } from "./usage-figures.ts";

/** What is known of a deployment at one moment. */
export interface Standing extends Usage {
  /** Undefined when it is well; in the past while it still has to prove itself. */
  readonly cooledUntilMs: number | undefined;
}

/** One failed attempt whose error concerns the deployment's health. */
interface Failure {
  readonly deployment: Deployment;
  readonly error: TranscriptionError;
  /** True when its group has no other deployment. */
  readonly alone: boolean;
  /** True when the attempt was to show whether the deployment is well again. */
  readonly probing: boolean;
}

/** One attempt as the board follows it; a stream that breaks later has failed after it succeeded. */
export interface WatchedAttempt {
  succeeded(work: Work): void;
  failed(failure: Pick<Failure, "error" | "alone">): Promise<void>;
  /** It was ended too early to prove anything. */
  givenUp(): void;
}

/** The part of `DeploymentHealth` that is learnt from attempts. */
type LastSeen = Pick<DeploymentHealth, "cooledUntilMs" | "lastError">;

export interface HealthBoard {
  /** The standings in the order of the deployments, from one call to the state. */
  look(deployments: readonly Deployment[]): Promise<readonly Standing[]>;
  /**
   * False when others go first: it cools down, or it has just done so and another request is finding
   * out whether it is well. To be asked without delay before `watch`.
   */
  isUsable(deployment: Deployment, seen: Standing): boolean;
  /** To be called as an attempt starts, with what was seen then. */
  watch(deployment: Deployment, seen: Standing): WatchedAttempt;
  /** What this process saw last, without asking the state. */
  lastSeen(deploymentId: string): LastSeen;
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

/** Notes a failure; resolves to the moment until which it cools the deployment down, if it does. */
const createCooldowns = ({ state, settings, clock }: HealthBoardParts) => {
  const isTooMuch = async ({ deployment, error, probing }: Failure): Promise<boolean> => {
    const policy = settings.allowedFailsPolicy?.[error.code];
    if (probing || (policy === undefined && ERROR_POLICY[error.code].health === "trip"))
      return true;
    const counted = policy === undefined ? "all" : error.code;
    const failures = await state.add(`failures:${counted}:${deployment.id}`, 1, FAILURES_WITHIN_MS);
    return failures > (policy ?? deployment.allowedFails ?? settings.allowedFails);
  };
  return async (failure: Failure): Promise<number | undefined> => {
    const { deployment, error, alone } = failure;
    const cooldownMs = deployment.cooldownMs ?? settings.cooldownMs;
    const spared = alone && deployment.allowedFails === undefined && mayPass(error.code);
    if (settings.disableCooldowns || cooldownMs <= 0 || spared) return undefined;
    if (!(await isTooMuch(failure))) return undefined;
    const lengthMs = Math.max(cooldownMs, askedPauseMs(error));
    const untilMs = clock.now() + lengthMs;
    await state.raise(cooldownKey(deployment.id), untilMs, lengthMs + PROBATION_MS);
    return untilMs;
  };
};

/** What this process saw last of each deployment; dates outside, times of the clock inside. */
const createBook = (clock: Clock) => {
  const book = new Map<string, LastSeen>();
  return {
    note: (id: string, news: LastSeen): void => void book.set(id, { ...book.get(id), ...news }),
    lastSeen: (id: string): LastSeen => {
      const { cooledUntilMs = 0, lastError } = book.get(id) ?? {};
      const leftMs = cooledUntilMs - clock.now();
      return {
        cooledUntilMs: leftMs > 0 ? Math.round(dateOf(clock) + leftMs) : undefined,
        lastError,
      };
    },
  };
};

/** Knows which deployments are well, and learns from every attempt. */
export function createHealthBoard(parts: HealthBoardParts): HealthBoard {
  const { state, strategy, clock } = parts;
  const coolDown = createCooldowns(parts);
  const figures = createUsageFigures(state, strategy);
  const { note, lastSeen } = createBook(clock);
  /** Deployments that are just being tried to see whether they are well again. */
  const probed = new Set<string>();

  const look: HealthBoard["look"] = async (deployments) => {
    const now = clock.now();
    const keys = deployments.map((deployment) => figures.keys(deployment, now));
    const cooldownKeys = deployments.map(({ id }) => cooldownKey(id));
    const values = await state.read([...cooldownKeys, ...keys.flat()]);
    let position = deployments.length;
    return deployments.map((deployment, index) => {
      const start = position;
      position += keys[index]?.length ?? 0;
      const cooledUntilMs = values[index];
      note(deployment.id, { cooledUntilMs });
      return {
        ...figures.read(deployment, values.slice(start, position)),
        cooledUntilMs,
      };
    });
  };

  const watch: HealthBoard["watch"] = (deployment, { cooledUntilMs }) => {
    const { id } = deployment;
    const probing = cooledUntilMs !== undefined;
    if (probing) probed.add(id);
    void figures.countRequest(deployment, clock.now());
    return {
      succeeded(work) {
        note(id, { lastError: undefined });
        void figures.countWork(deployment, work, clock.now());
        if (!probing) return;
        probed.delete(id);
        note(id, { cooledUntilMs: undefined });
        void state.remove([cooldownKey(id), `failures:all:${id}`]);
      },
      givenUp() {
        if (probing) probed.delete(id);
      },
      async failed(failure) {
        if (probing) probed.delete(id);
        if (ERROR_POLICY[failure.error.code].health === "none") return;
        note(id, { lastError: failure.error });
        const untilMs = await coolDown({ ...failure, deployment, probing });
        if (untilMs !== undefined) note(id, { cooledUntilMs: untilMs });
      },
    };
  };

  const isUsable: HealthBoard["isUsable"] = ({ id }, { cooledUntilMs }) =>
    cooledUntilMs === undefined || (cooledUntilMs <= clock.now() && !probed.has(id));

  return { look, isUsable, watch, lastSeen };
}
