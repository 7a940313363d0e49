import type { RouterConfig } from "./earshot-config.ts";
import { onlyGiven } from "./given.ts";

/** The router's settings without the groups that have no deployment. */
export function withoutGroups(router: RouterConfig, leftOut: ReadonlySet<string>): RouterConfig {
  if (leftOut.size === 0) return router;
  const { fallbacks, defaultFallbacks, modelGroupAlias } = router;
  const isKept = (name: string): boolean => !leftOut.has(name);
  const kept =
    fallbacks &&
    Object.entries(fallbacks)
      .filter(([group]) => isKept(group))
      .map(([group, names]) => [group, names.filter(isKept)] as const);
  const aliases =
    modelGroupAlias && Object.entries(modelGroupAlias).filter(([, { model }]) => isKept(model));
  return {
    ...router,
    ...onlyGiven({
      fallbacks: kept && Object.fromEntries(kept),
      defaultFallbacks: defaultFallbacks?.filter(isKept),
      modelGroupAlias: aliases && Object.fromEntries(aliases),
    }),
  };
}
