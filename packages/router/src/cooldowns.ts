import { ERROR_POLICY } from "@earshot/core";
import type { Clock, ErrorCode, TranscriptionError } from "@earshot/core";
import { askedPauseMs } from "./retry-rules.ts";
import type { RouterState } from "./router-state.ts";
import type { Deployment, RouterSettings } from "./types.ts";

/** One failed attempt whose error concerns the deployment's health. */
export interface Failure {
  readonly deployment: Deployment<unknown>;
  readonly error: TranscriptionError;
  /** True when its group has no other deployment. */
  readonly alone: boolean;
  /** True when the attempt was to show whether the deployment is well again. */
  readonly probing: boolean;
}

export interface Cooldowns {
  /** Under this key the state holds until when the deployment cools down. */
  key(deploymentId: string): string;
  /** Resolves to the moment until which the deployment cools down because of this; undefined for not at all. */
  record(failure: Failure): Promise<number | undefined>;
  /** Forgets the cooldown of a deployment that has proved itself. */
  clear(deploymentId: string): Promise<void>;
}

export interface CooldownParts {
  readonly state: RouterState;
  readonly settings: RouterSettings;
  readonly clock: Clock;
}

const FAILURES_WITHIN_MS = 60_000;
/** How long after its cooldown a deployment must prove itself before it is taken for well. */
const PROBATION_MS = 60_000;

const key = (deploymentId: string): string => `cooldown:${deploymentId}`;

/**
 * A group's only deployment is spared for what may pass by itself, as LiteLLM does it: cooling it
 * down would only keep requests from it. What stays broken (a wrong key) cools it down, so that
 * fallbacks are tried first.
 */
const mayPass = (code: ErrorCode): boolean =>
  ERROR_POLICY[code].retry === "here" || ERROR_POLICY[code].health === "count";

/** Decides when a deployment has failed too often, and for how long others go first. */
export function createCooldowns({ state, settings, clock }: CooldownParts): Cooldowns {
  const isTooMuch = async ({ deployment, error, probing }: Failure): Promise<boolean> => {
    const policy = settings.allowedFailsPolicy?.[error.code];
    if (probing || (policy === undefined && ERROR_POLICY[error.code].health === "trip"))
      return true;
    const counted = policy === undefined ? "all" : error.code;
    const failures = await state.add(`failures:${counted}:${deployment.id}`, 1, FAILURES_WITHIN_MS);
    return failures > (policy ?? deployment.allowedFails ?? settings.allowedFails);
  };

  return {
    key,
    async record(failure) {
      const { deployment, error, alone } = failure;
      const cooldownMs = deployment.cooldownMs ?? settings.cooldownMs;
      const spared = alone && deployment.allowedFails === undefined && mayPass(error.code);
      if (settings.disableCooldowns || cooldownMs <= 0 || spared) return undefined;
      if (!(await isTooMuch(failure))) return undefined;
      const lengthMs = Math.max(cooldownMs, askedPauseMs(error));
      const untilMs = clock.now() + lengthMs;
      await state.raise(key(deployment.id), untilMs, lengthMs + PROBATION_MS);
      return untilMs;
    },
    clear: (deploymentId) => state.remove([key(deploymentId), `failures:all:${deploymentId}`]),
  };
}
