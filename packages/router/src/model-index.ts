import { matchesPattern, nearestName, TranscriptionError } from "@earshot/core";
import type { ModelGroupAlias, RouterSettings } from "./router-settings.ts";
import type { Deployment, RouteRequest } from "./router.ts";

/** Where a model name leads. */
export interface ResolvedModel {
  /** As the client wrote it. */
  readonly name: string;
  readonly group: string;
  /** Never empty. */
  readonly deployments: readonly Deployment[];
  /** What the first `*` of the group stood for. */
  readonly wildcard: string | undefined;
}

export interface ModelIndex {
  resolve(name: string): ResolvedModel | undefined;
  /** How many deployments the group has. */
  groupSize(group: string): number;
  /** Groups, patterns and aliases, without the hidden ones. */
  readonly visibleNames: readonly string[];
  /** `model_not_found` that names what there is. */
  unknown(name: string): TranscriptionError;
}

const LISTED = 20;
const LONGEST_SHOWN = 256;

const literalLength = (pattern: string): number => pattern.replaceAll("*", "").length;

/** Of `groq/*` and `groq/whisper-*`, both of which match, the second says more. */
const mostSpecificFirst = (a: string, b: string): number =>
  literalLength(b) - literalLength(a) || a.length - b.length;

const capture = (pattern: string, name: string): string => {
  const [before = "", after = ""] = pattern.split("*");
  // With a second `*`, the first one takes as little as it can.
  const end = pattern.endsWith(`*${after}`)
    ? name.length - after.length
    : name.indexOf(after, before.length);
  return name.slice(before.length, end);
};

const describeUnknown = (name: string, visible: readonly string[]): string => {
  const nearest = nearestName(name, visible);
  const meant = nearest === undefined ? "" : ` Did you mean "${nearest}"?`;
  const shown = name.length > LONGEST_SHOWN ? `${name.slice(0, LONGEST_SHOWN)}…` : name;
  if (visible.length === 0) return `There is no model "${shown}", nor any other.`;
  const more = visible.length > LISTED ? ` and ${visible.length - LISTED} more` : "";
  return `There is no model "${shown}".${meant} Known models: ${visible.slice(0, LISTED).join(", ")}${more}.`;
};

/** Throws `invalid_request` when an id occurs twice, for ids name their health. */
const idsOf = (deployments: readonly Deployment[]): Map<string, Deployment> => {
  const byId = new Map<string, Deployment>();
  for (const deployment of deployments) {
    const { id } = deployment;
    if (byId.has(id))
      throw new TranscriptionError(
        "invalid_request",
        `Two deployments have the id "${id}". Give each its own model_info.id.`,
      );
    byId.set(id, deployment);
  }
  return byId;
};

/**
 * Finds deployments by alias, group, deployment id, or pattern, in this order. Throws `invalid_request`
 * when an id occurs twice.
 */
export function createModelIndex(
  deployments: readonly Deployment[],
  aliases: Readonly<Record<string, ModelGroupAlias>>,
): ModelIndex {
  const aliasByName = new Map(Object.entries(aliases));
  const byGroup = Map.groupBy(deployments, ({ group }) => group);
  const byId = idsOf(deployments);
  const patterns = [...byGroup.keys()]
    .filter((group) => group.includes("*"))
    .toSorted(mostSpecificFirst);
  const hidden = (name: string): boolean => aliasByName.get(name)?.hidden === true;
  const visibleNames = [...new Set([...byGroup.keys(), ...aliasByName.keys()])].filter(
    (name) => !hidden(name),
  );

  const followAliases = (name: string): string => {
    const seen = new Set<string>();
    let target = name;
    for (;;) {
      const alias = aliasByName.get(target);
      if (alias === undefined || seen.has(target)) return target;
      seen.add(target);
      target = alias.model;
    }
  };

  const resolve = (name: string): ResolvedModel | undefined => {
    const target = followAliases(name);
    const members = byGroup.get(target);
    if (members !== undefined && !target.includes("*"))
      return { name, group: target, deployments: members, wildcard: undefined };
    const single = byId.get(target);
    if (single !== undefined && !single.group.includes("*"))
      return { name, group: single.group, deployments: [single], wildcard: undefined };
    const pattern = patterns.find((candidate) => matchesPattern(candidate, target));
    if (pattern === undefined) return undefined;
    const wildcard = capture(pattern, target);
    return { name, group: pattern, deployments: byGroup.get(pattern) ?? [], wildcard };
  };

  return {
    resolve,
    groupSize: (group) => byGroup.get(group)?.length ?? 0,
    visibleNames,
    unknown: (name) =>
      new TranscriptionError("model_not_found", describeUnknown(name, visibleNames), {
        param: "model",
      }),
  };
}

type FallbackRequest = Pick<RouteRequest, "group" | "fallbacks" | "disableFallbacks">;

/**
 * The names that stand in for a request's group, in order, each once, at most `maxFallbacks`: those
 * of the request, or else those of the settings, each followed by its own.
 */
export function createFallbackChain(
  index: ModelIndex,
  settings: RouterSettings,
): (request: FallbackRequest) => readonly string[] {
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
