import type { ModelIndex } from "./model-index.ts";
import type { RouteRequest, RouterSettings } from "./types.ts";

/**
 * The names that stand in for a request's group, in order, each once, at most `maxFallbacks`: those
 * of the request, or else those of the settings, each followed by its own.
 */
export function createFallbackChain<T>(
  index: ModelIndex<T>,
  settings: RouterSettings,
): (request: RouteRequest) => readonly string[] {
  const byGroup = new Map(Object.entries(settings.fallbacks));
  const standIns = (name: string): readonly string[] =>
    byGroup.get(name) ??
    byGroup.get(index.resolve(name)?.group ?? name) ??
    byGroup.get("*") ??
    settings.defaultFallbacks;

  const walk = (name: string, found: Set<string>): void => {
    for (const next of standIns(name)) {
      if (found.has(next)) continue;
      found.add(next);
      walk(next, found);
    }
  };

  return (request) => {
    if (request.disableFallbacks === true) return [];
    const found = new Set([request.group]);
    if (request.fallbacks === undefined) walk(request.group, found);
    else for (const name of request.fallbacks) found.add(name);
    return [...found].slice(1, 1 + settings.maxFallbacks);
  };
}
