export { attemptsOf } from "./attempts-of.ts";
export { lacksTimes } from "./capability-gaps.ts";
export { createRouter } from "./create-router.ts";
export { defaultRouterSettings } from "./default-router-settings.ts";
export { createMemoryState } from "./memory-state.ts";
export type { MemoryState, StateEntry } from "./memory-state.ts";
export type { RouterState } from "./router-state.ts";
export type { SlotShares, SlotWish } from "./slot-shares.ts";
export { STRATEGY_NAMES } from "./strategy.ts";
export type { StrategyName } from "./strategy.ts";
export type {
  Attempt,
  AttemptRecord,
  Deployment,
  DeploymentHealth,
  ModelGroupAlias,
  PerErrorCode,
  Requirements,
  Router,
  RouteRequest,
  RouteResult,
  RouterOptions,
  RouterSettings,
} from "./types.ts";
