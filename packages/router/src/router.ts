import type { Asked, AttemptRecord, Capabilities, Clock, TranscriptionError } from "@earshot/core";
import type { RouterSettings } from "./router-settings.ts";
import type { RouterState, SlotShares } from "./router-state.ts";

/** One entry of `model_list`: what the router must know of it. */
export interface Deployment {
  /** Unique in the router; names the deployment in errors, logs and response headers. */
  readonly id: string;
  /** The model group; may hold `*`, as in `groq/*`. */
  readonly group: string;
  readonly capabilities: Capabilities;
  readonly weight?: number | undefined;
  /** Requests a minute: a weight when no `weight` is given, and from there on others come first. */
  readonly rpm?: number | undefined;
  /** Tokens a minute: a weight when neither `weight` nor `rpm` is given. */
  readonly tpm?: number | undefined;
  /** Lower levels are tried first; when absent, after all levels that are given. */
  readonly order?: number | undefined;
  readonly maxParallelRequests?: number | undefined;
  readonly timeoutMs?: number | undefined;
  /** Until a streamed answer begins; `timeoutMs` when absent. */
  readonly streamTimeoutMs?: number | undefined;
  /** Between two events of a streamed answer; see `streamLimits` for what holds when absent. */
  readonly streamIdleTimeoutMs?: number | undefined;
  readonly numRetries?: number | undefined;
  /** 0 means: never cools down. */
  readonly cooldownMs?: number | undefined;
  readonly allowedFails?: number | undefined;
  readonly tags: readonly string[];
  /** `drop_params`, for requests that do not say it themselves: it is taken for what comes closest, too. */
  readonly dropParams?: boolean | undefined;
}

export interface RouteRequest {
  /** The model that the client asked for: a group, an alias, a deployment's id, or a wildcard's match. */
  readonly group: string;
  readonly asked: Asked;
  /** Default: what each deployment says. */
  readonly dropParams?: boolean | undefined;
  /** Stand in place of the fallbacks of the settings. */
  readonly fallbacks?: readonly string[] | undefined;
  readonly disableFallbacks?: boolean | undefined;
  readonly tags?: readonly string[] | undefined;
  /** Can only lower what the deployment and the settings say. */
  readonly numRetries?: number | undefined;
  /** For everything together: attempts, pauses and waiting; can only shorten what the settings say. */
  readonly totalTimeoutMs?: number | undefined;
  /** Fires when the client is gone: no further attempt is made. */
  readonly signal: AbortSignal;
  /**
   * Asked once before a deployment's first attempt: throws, or rejects with, a `TranscriptionError`
   * where it would be asked in vain. It is passed over then, which is no attempt.
   */
  readonly check?: ((target: Target) => void | Promise<void>) | undefined;
}

/** Where a request may go. */
export interface Target {
  readonly deployment: Deployment;
  /** What the first `*` of the group stood for, such as `whisper-large-v3`. */
  readonly wildcard: string | undefined;
}

/** What the caller's function gets for one try on one deployment. */
export interface Attempt extends Target {
  /** 1 for the first attempt of the request. */
  readonly number: number;
  /** Fires on timeout, and when the client is gone (also while a stream is held). */
  readonly signal: AbortSignal;
  /**
   * For answers that go on after the attempt has succeeded: the same stream, read up to its first
   * event, under the time limits for streams. The slot is kept until it ends, and what breaks it
   * counts against the deployment's health. To be called once, before the attempt resolves.
   */
  readonly holdStream: <E>(first: E, rest: AsyncIterator<E>) => AsyncIterable<E>;
}

export interface RouteResult<R> {
  readonly value: R;
  readonly deployment: Deployment;
  /** All attempts in order; the last one succeeded. */
  readonly attempts: readonly AttemptRecord[];
  /** How many groups had to be given up before. */
  readonly fallbackCount: number;
}

/** What one process knows of a deployment's health. */
export interface DeploymentHealth {
  readonly deployment: Deployment;
  /** As a date in milliseconds since the epoch; present while it is cooling down. */
  readonly cooledUntilMs?: number | undefined;
  /** The last failure that counted; absent after a success. */
  readonly lastError?: TranscriptionError | undefined;
  /** Attempts and held streams of this process. */
  readonly inFlight: number;
}

export interface Router {
  /**
   * Calls `attempt` until it succeeds or nothing is left to try. Rejects with `TranscriptionError`
   * only; see `attemptsOf` for what was tried.
   */
  run<R>(request: RouteRequest, attempt: (attempt: Attempt) => Promise<R>): Promise<RouteResult<R>>;
  /** The names that clients may ask for and may see: groups, patterns and aliases, in the config's order. */
  groups(): readonly string[];
  /** Whether the name leads to a deployment, by any road. */
  has(name: string): boolean;
  /** Empty when the name leads nowhere. */
  deploymentsOf(name: string): readonly Deployment[];
  health(): readonly DeploymentHealth[];
}

export interface RouterOptions {
  readonly deployments: readonly Deployment[];
  readonly settings: RouterSettings;
  readonly clock: Clock;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** In memory when absent. */
  readonly state?: RouterState | undefined;
  /** For several processes that share `maxParallelRequests`; absent for one alone. */
  readonly slotShares?: SlotShares | undefined;
  /** Sees each attempt as it ends, for logs and metrics; what it throws is ignored. */
  readonly onAttempt?: ((record: AttemptRecord) => void) | undefined;
}
