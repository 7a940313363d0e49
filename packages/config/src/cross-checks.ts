import { matchesPattern, nearestName } from "@earshot/core";
import type { ConfigFile, ListedEntry } from "./config-files.ts";
import type { ConfigNode, ConfigPath, MapNode, Place } from "./config-node.ts";
import { nearestNode } from "./config-node.ts";
import { referencedVariable } from "./environment.ts";
import { shownKey } from "./mask-secrets.ts";
import { formatPath } from "./problems.ts";
import type { ReadContext } from "./section.ts";
import type { ModelList } from "./sections/model-list.ts";

const ID = ["model_info", "id"];

const placeOfId = ({ node }: ListedEntry): Place => nearestNode(node, ID).place;

const nameOfId = (id: string, { node }: ListedEntry): string => {
  const written = nearestNode(node, ID);
  const variable = written.type === "scalar" ? referencedVariable(written) : undefined;
  return variable === undefined ? `\`${id}\`` : `of \`os.environ/${variable}\``;
};

const checkIds = ({ deployments }: ModelList, { problems }: ReadContext): void => {
  const entries = new Map<string, ListedEntry>();
  for (const { deployment, entry } of deployments) {
    if (deployment.id === undefined) continue;
    const before = entries.get(deployment.id);
    if (before === undefined) entries.set(deployment.id, entry);
    else
      problems.error({
        place: placeOfId(entry),
        path: [...entry.path, ...ID],
        message: `The id ${nameOfId(deployment.id, entry)} already belongs to \`${formatPath(before.path)}\`.`,
        remedy: "Give each deployment an id of its own, or leave the ids out.",
      });
  }
};

const checkThatSomeServe = (
  models: ModelList,
  main: ConfigFile,
  { problems }: ReadContext,
): void => {
  const noneServes = models.groups.size > 0 && models.groups.size === models.leftOut.size;
  if (!models.isEmpty && !noneServes) return;
  problems.error({
    place: main.root.entries.get("model_list")?.place ?? main.root.place,
    path: ["model_list"],
    message: models.isEmpty
      ? "`model_list` has no deployments."
      : "No deployment of `model_list` is for transcription.",
    remedy:
      "Add one: `- model_name: whisper` and under it `litellm_params:` with `model: whisper-1`.",
  });
};

/** Tells what is wrong with the deployments as a whole: there are none, or two have one id. */
export function checkDeployments(models: ModelList, main: ConfigFile, context: ReadContext): void {
  checkIds(models, context);
  checkThatSomeServe(models, main, context);
}

const EXAMPLES = 5;

/** One place of the config that names a model group. */
interface NamedGroup {
  readonly name: string;
  /** The name as it may be shown: not the value of an environment variable. */
  readonly shown: string;
  readonly place: Place;
  readonly path: ConfigPath;
}

const asKey = (key: string, place: Place, path: ConfigPath): NamedGroup => ({
  name: key,
  shown: `\`${shownKey(key)}\``,
  place,
  path: [...path, key],
});

const asValue = (
  node: ConfigNode | undefined,
  path: ConfigPath,
  context: ReadContext,
): readonly NamedGroup[] => {
  if (node?.type !== "scalar") return [];
  const name = context.environment.peek(node);
  const variable = referencedVariable(node);
  if (name === undefined) return [];
  const shown =
    variable === undefined ? `\`${shownKey(name)}\`` : `The value of \`os.environ/${variable}\``;
  return [{ name, shown, place: node.place, path }];
};

const asValues = (
  node: ConfigNode | undefined,
  path: ConfigPath,
  context: ReadContext,
): readonly NamedGroup[] =>
  node?.type === "list"
    ? node.items.flatMap((item, index) => asValue(item, [...path, index], context))
    : asValue(node, path, context);

const inFallbacks = (
  node: ConfigNode | undefined,
  path: ConfigPath,
  context: ReadContext,
): readonly NamedGroup[] => {
  if (node?.type === "list")
    return node.items.flatMap((item, index) => inFallbacks(item, [...path, index], context));
  if (node?.type !== "map") return [];
  return [...node.entries].flatMap(([group, entry]) => [
    ...(group === "*" ? [] : [asKey(group, entry.place, path)]),
    ...asValues(entry.node, [...path, group], context),
  ]);
};

const inAliases = (
  node: ConfigNode | undefined,
  path: ConfigPath,
  context: ReadContext,
): readonly NamedGroup[] =>
  node?.type !== "map"
    ? []
    : [...node.entries].flatMap(([alias, { node: target }]) =>
        target.type === "map"
          ? asValue(target.entries.get("model")?.node, [...path, alias, "model"], context)
          : asValue(target, [...path, alias], context),
      );

const namedIn = (
  section: { readonly name: string; readonly node: MapNode },
  context: ReadContext,
): readonly NamedGroup[] => {
  const at = (key: string): ConfigNode | undefined => section.node.entries.get(key)?.node;
  const policies = at("model_group_retry_policy");
  const policyKeys = policies?.type === "map" ? [...policies.entries] : [];
  return [
    ...inFallbacks(at("fallbacks"), [section.name, "fallbacks"], context),
    ...asValues(at("default_fallbacks"), [section.name, "default_fallbacks"], context),
    ...policyKeys.map(([key, { place }]) =>
      asKey(key, place, [section.name, "model_group_retry_policy"]),
    ),
  ];
};

/** The names that may be used, and those of them that may be shown. */
interface KnownGroups {
  readonly exact: ReadonlySet<string>;
  readonly patterns: readonly string[];
  readonly shown: readonly string[];
  /** Those of them without a deployment for transcription. */
  readonly leftOut: ReadonlySet<string>;
}

const isKnown = (name: string, { exact, patterns }: KnownGroups): boolean =>
  exact.has(name) || patterns.some((pattern) => matchesPattern(pattern, name));

const remedyFor = (name: string, { shown }: KnownGroups): string => {
  const nearest = nearestName(name, shown);
  if (nearest !== undefined) return `Did you mean \`${shownKey(nearest)}\`?`;
  const examples = shown.slice(0, EXAMPLES).map((group) => `\`${shownKey(group)}\``);
  const suffix = examples.length > 0 ? `, such as ${examples.join(", ")}` : "";
  return `Write the \`model_name\` of a deployment${suffix}.`;
};

const checkName = (named: NamedGroup, known: KnownGroups, { problems }: ReadContext): void => {
  const { name, shown, place, path } = named;
  if (!isKnown(name, known))
    problems.error({
      place,
      path,
      message: `${shown} is not a model group of \`model_list\`.`,
      remedy: remedyFor(name, known),
    });
  else if (known.leftOut.has(name))
    problems.warn({
      place,
      path,
      message: `${shown} has no deployment for transcription and is left out here too.`,
      remedy: "Remove the name, or give the group a deployment that transcribes.",
    });
};

const tellHiddenGroups = (
  aliases: ConfigNode | undefined,
  { groups }: ModelList,
  { problems }: ReadContext,
): void => {
  const entries = aliases?.type === "map" ? [...aliases.entries] : [];
  for (const [alias, { place }] of entries) {
    if (!groups.has(alias)) continue;
    problems.warn({
      place,
      path: ["router_settings", "model_group_alias", alias],
      message:
        "A model group has this name too; the alias comes first, so nobody reaches the group.",
      remedy: "Give the alias or the group another name.",
    });
  }
};

/** Tells every name that no group, alias or deployment has, wherever the config names groups. */
export function checkGroups(
  sections: ReadonlyMap<string, MapNode>,
  models: ModelList,
  context: ReadContext,
): void {
  const { groups, leftOut, shownGroups } = models;
  const check = (
    named: readonly NamedGroup[],
    further: { readonly exact: readonly string[]; readonly shown: readonly string[] },
  ): void => {
    const known: KnownGroups = {
      exact: new Set([...groups, ...further.exact]),
      patterns: [...groups].filter((group) => group.includes("*")),
      shown: [...shownGroups, ...further.shown],
      leftOut,
    };
    for (const one of named) checkName(one, known, context);
  };
  const aliases = sections.get("router_settings")?.entries.get("model_group_alias")?.node;
  const aliasPath = ["router_settings", "model_group_alias"];
  const aliasNames = aliases?.type === "map" ? [...aliases.entries.keys()] : [];
  const ids = models.deployments.flatMap(({ deployment }) => deployment.id ?? []);
  check(inAliases(aliases, aliasPath, context), { exact: ids, shown: [] });
  tellHiddenGroups(aliases, models, context);
  for (const name of ["router_settings", "litellm_settings"]) {
    const node = sections.get(name);
    if (node === undefined) continue;
    check(namedIn({ name, node }, context), { exact: [...aliasNames, ...ids], shown: aliasNames });
  }
}
