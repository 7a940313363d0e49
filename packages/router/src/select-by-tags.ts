import type { Deployment, RouterSettings } from "./types.ts";

type TagSettings = Pick<RouterSettings, "enableTagFiltering" | "tagFilteringMatchAny">;

const DEFAULT_TAG = "default";

/**
 * The deployments that serve a request with these tags, as LiteLLM does it: those that match; else,
 * and for requests without tags, those tagged `default`; requests without tags may take any when
 * none is tagged `default`. Empty when nothing may serve it.
 */
export function selectByTags<T>(
  deployments: readonly Deployment<T>[],
  tags: readonly string[],
  settings: TagSettings,
): readonly Deployment<T>[] {
  if (!settings.enableTagFiltering) return deployments;
  const matches = (deployment: Deployment<T>): boolean =>
    settings.tagFilteringMatchAny
      ? tags.some((tag) => deployment.tags.includes(tag))
      : tags.every((tag) => deployment.tags.includes(tag));
  const matching = tags.length === 0 ? [] : deployments.filter(matches);
  if (matching.length > 0) return matching;
  const byDefault = deployments.filter((deployment) => deployment.tags.includes(DEFAULT_TAG));
  return byDefault.length > 0 || tags.length > 0 ? byDefault : deployments;
}
