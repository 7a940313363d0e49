import type { RouterSettings } from "./types.ts";

/** What holds when the config says nothing; the figures are LiteLLM's. */
export const defaultRouterSettings: RouterSettings = {
  strategy: "simple-shuffle",
  numRetries: 2,
  timeoutMs: 600_000,
  retryAfterMs: 0,
  allowedFails: 3,
  cooldownMs: 5000,
  disableCooldowns: false,
  fallbacks: {},
  defaultFallbacks: [],
  maxFallbacks: 5,
  modelGroupAlias: {},
  enableTagFiltering: false,
  tagFilteringMatchAny: true,
  maxWaitingRequests: 1000,
};
