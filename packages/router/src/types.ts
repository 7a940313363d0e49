import type {
  Capabilities,
  Clock,
  ErrorCode,
  Needs,
  ResponseFormat,
  Task,
  TranscriptionError,
} from "@earshot/core";
import type { RouterState } from "./router-state.ts";
import type { SlotShares } from "./slot-shares.ts";
import type { StrategyName } from "./strategy.ts";

/** One entry of `model_list`: what the router must know of it, and `target`, which it only carries. */
export interface Deployment<T> {
  /** Unique in the router; names the deployment in errors, logs and response headers. */
  readonly id: string;
  /** The model group; may hold `*`, as in `groq/*`. */
  readonly group: string;
  readonly capabilities: Capabilities;
  readonly weight?: number;
  /** Requests a minute: a weight when no `weight` is given, and from there on others come first. */
  readonly rpm?: number;
  /** Tokens a minute: a weight when neither `weight` nor `rpm` is given. */
  readonly tpm?: number;
  /** Lower levels are tried first; when absent, after all levels that are given. */
  readonly order?: number;
  readonly maxParallelRequests?: number;
  readonly timeoutMs?: number;
  /** Until a streamed answer begins; `timeoutMs` when absent. */
  readonly streamTimeoutMs?: number;
  /** Between two events of a streamed answer; see `streamLimits` for what holds when absent. */
  readonly streamIdleTimeoutMs?: number;
  readonly numRetries?: number;
  /** 0 means: never cools down. */
  readonly cooldownMs?: number;
  readonly allowedFails?: number;
  readonly tags: readonly string[];
  /** The operator's own limit, besides the provider's. */
  readonly maxSizeBytes?: number;
  readonly target: T;
}

/** How many retries (or failures) each kind of error is allowed. */
export type PerErrorCode = Readonly<Partial<Record<ErrorCode, number>>>;

export interface ModelGroupAlias {
  readonly model: string;
  /** True: works, but is not listed. */
  readonly hidden: boolean;
}

/** `router_settings` of the config; see `defaultRouterSettings` for what holds when nothing is said. */
export interface RouterSettings {
  readonly strategy: StrategyName;
  /** How often one deployment is tried again, once every other has had its turn. */
  readonly numRetries: number;
  /** For one attempt. */
  readonly timeoutMs: number;
  /**
   * For one request: attempts, pauses and waiting, from when its audio is there. When absent, twice
   * the longest attempt, and at least 1,200,000.
   */
  readonly totalTimeoutMs?: number;
  /** For one streamed attempt, until its answer begins; `timeoutMs` when absent. */
  readonly streamTimeoutMs?: number;
  /** Between two events of a streamed answer; see `streamLimits` for what holds when absent. */
  readonly streamIdleTimeoutMs?: number;
  /** The shortest pause before the same deployment is tried again. */
  readonly retryAfterMs: number;
  /** Failures within one minute that do not cool a deployment down yet. */
  readonly allowedFails: number;
  readonly cooldownMs: number;
  readonly disableCooldowns: boolean;
  /** Group to the groups that stand in for it, in order. */
  readonly fallbacks: Readonly<Record<string, readonly string[]>>;
  /** For groups that `fallbacks` does not name. */
  readonly defaultFallbacks: readonly string[];
  /** How many groups may stand in for one. */
  readonly maxFallbacks: number;
  readonly modelGroupAlias: Readonly<Record<string, ModelGroupAlias>>;
  /** Wins over every `numRetries` for the errors that it names. */
  readonly retryPolicy?: PerErrorCode;
  /** Wins over `retryPolicy` for the groups that it names. */
  readonly modelGroupRetryPolicy?: Readonly<Record<string, PerErrorCode>>;
  /** Wins over `allowedFails`, also for errors that would cool down at once. */
  readonly allowedFailsPolicy?: PerErrorCode;
  readonly enableTagFiltering: boolean;
  /** False: a deployment must have all tags of the request. */
  readonly tagFilteringMatchAny: boolean;
  readonly defaultMaxParallelRequests?: number;
  /** How many requests may wait for a free slot; the next one is refused. */
  readonly maxWaitingRequests: number;
}

/** What a request asks of the deployment that answers it. */
export interface Requirements {
  readonly task: Task;
  readonly needs: Needs;
  /** A preference only: streams can be imitated. */
  readonly stream: boolean;
  readonly mediaType?: string | undefined;
  /** Absent while the audio is still arriving. */
  readonly sizeBytes?: number | undefined;
  readonly durationSeconds?: number | undefined;
  /** True when the provider has to fetch the audio itself. */
  readonly urlInput: boolean;
  readonly languages: readonly string[];
  /** How many speakers come with a reference clip. */
  readonly knownSpeakers: number;
  readonly logprobs: boolean;
  readonly responseFormat: ResponseFormat;
}

export interface RouteRequest {
  /** The model that the client asked for: a group, an alias, a deployment's id, or a wildcard's match. */
  readonly group: string;
  readonly requirements: Requirements;
  /** `drop_params`: where nothing can do all of it, take what comes closest. */
  readonly relax: boolean;
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
   * Until when the client kept the providers waiting for audio (now, while it does), in milliseconds of
   * the clock; absent when it was all there. Time limits count from then, so that a slow client is not a slow provider.
   */
  readonly audioArrivedAtMs?: (() => number) | undefined;
}

/** What the caller's function gets for one try on one deployment. */
export interface Attempt<T> {
  readonly deployment: Deployment<T>;
  /** What the first `*` of the group stood for, such as `whisper-large-v3`. */
  readonly wildcard?: string;
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

/** One finished attempt. */
export interface AttemptRecord {
  readonly deploymentId: string;
  readonly group: string;
  /** Absent when it succeeded. */
  readonly error?: TranscriptionError;
  /** In milliseconds of the router's clock. */
  readonly startedAtMs: number;
  readonly durationMs: number;
}

export interface RouteResult<R> {
  readonly value: R;
  readonly deployment: Deployment<unknown>;
  /** All attempts in order; the last one succeeded. */
  readonly attempts: readonly AttemptRecord[];
  /** How many groups had to be given up before. */
  readonly fallbackCount: number;
}

/** What one process knows of a deployment's health. */
export interface DeploymentHealth {
  readonly deployment: Deployment<unknown>;
  /** As a date in milliseconds since the epoch; present while it is cooling down. */
  readonly cooledUntilMs?: number;
  /** The last failure that counted; absent after a success. */
  readonly lastError?: TranscriptionError;
  /** Attempts and held streams of this process. */
  readonly inFlight: number;
}

export interface Router<T> {
  /**
   * Calls `attempt` until it succeeds or nothing is left to try. Rejects with `TranscriptionError`
   * only; see `attemptsOf` for what was tried.
   */
  run<R>(
    request: RouteRequest,
    attempt: (attempt: Attempt<T>) => Promise<R>,
  ): Promise<RouteResult<R>>;
  /** The names that clients may ask for and may see: groups, patterns and aliases, in the config's order. */
  groups(): readonly string[];
  /** Whether the name leads to a deployment, by any road. */
  has(name: string): boolean;
  /** Empty when the name leads nowhere. */
  deploymentsOf(name: string): readonly Deployment<T>[];
  health(): readonly DeploymentHealth[];
}

export interface RouterOptions<T> {
  readonly deployments: readonly Deployment<T>[];
  readonly settings: RouterSettings;
  readonly clock: Clock;
  /** 0 (inclusive) to 1 (exclusive). */
  readonly random: () => number;
  /** In memory when absent. */
  readonly state?: RouterState;
  /** For several processes that share `maxParallelRequests`; absent for one alone. */
  readonly slotShares?: SlotShares;
  /** Sees each attempt as it ends, for logs and metrics; what it throws is ignored. */
  readonly onAttempt?: (record: AttemptRecord) => void;
}
