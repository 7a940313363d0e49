export { attemptsOf } from "./errors.ts";
export { createRouter } from "./create-router.ts";
export type {
  Attempt,
  Deployment,
  DeploymentHealth,
  Router,
  RouteRequest,
  RouteResult,
  RouterOptions,
  Target,
} from "./router.ts";
export type { ModelGroupAlias, PerErrorCode, RouterSettings } from "./router-settings.ts";
export { createMemoryState } from "./router-state.ts";
export type { MemoryState, RouterState, SlotShares, SlotWish, StateEntry } from "./router-state.ts";
