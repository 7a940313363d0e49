import { matchesPattern, nearestName, TranscriptionError } from "@earshot/core";
import type { Deployment, ModelGroupAlias } from "./types.ts";

/** Where a model name leads. */
export interface ResolvedModel<T> {
  /** As the client wrote it. */
  readonly name: string;
  readonly group: string;
  /** Never empty. */
  readonly deployments: readonly Deployment<T>[];
  /** What the first `*` of the group stood for. */
  readonly wildcard: string | undefined;
}

export interface ModelIndex<T> {
  resolve(name: string): ResolvedModel<T> | undefined;
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

/** Finds deployments by alias, group, deployment id, or pattern, in this order. */
export function createModelIndex<T>(
  deployments: readonly Deployment<T>[],
  aliases: Readonly<Record<string, ModelGroupAlias>>,
): ModelIndex<T> {
  const aliasByName = new Map(Object.entries(aliases));
  const byGroup = new Map<string, Deployment<T>[]>();
  for (const deployment of deployments) {
    const members = byGroup.get(deployment.group);
    if (members === undefined) byGroup.set(deployment.group, [deployment]);
    else members.push(deployment);
  }
  const byId = new Map(deployments.map((deployment) => [deployment.id, deployment]));
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

  const resolve = (name: string): ResolvedModel<T> | undefined => {
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
