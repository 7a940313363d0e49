import type { ErrorCode, RoutingStrategy } from "@earshot/core";

/** How many retries (or failures) each kind of error is allowed. */
export type PerErrorCode = Readonly<Partial<Record<ErrorCode, number>>>;

export interface ModelGroupAlias {
  readonly model: string;
  /** True: works, but is not listed. */
  readonly hidden: boolean;
}

/** `router_settings` of the config, with a value for each that has a constant default. */
export interface RouterSettings {
  readonly strategy: RoutingStrategy;
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
  /** How many requests may wait for a free slot; the next one is refused. Default 1000. */
  readonly maxWaitingRequests?: number;
}
