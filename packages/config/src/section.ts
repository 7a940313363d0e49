import type { z } from "zod";
import type { ConfigNode, ConfigPath, MapEntry, MapNode } from "./config-node.ts";
import { isNull, kindOf } from "./config-node.ts";
import { shownKey } from "./mask-secrets.ts";
import { nearestName } from "./nearest-name.ts";
import type { Problems } from "./problems.ts";
import type { ReadContext } from "./read-context.ts";

/** Keys that LiteLLM has and Earshot does not use, with one reason for all of them. */
export interface OtherKeys {
  /** `meaningless`: they concern chat, not audio. `unsupported`: Earshot cannot do it (yet). */
  readonly status: "unsupported" | "meaningless";
  /** What their absence means for the user; one sentence. */
  readonly effect: string;
  /** What to do instead; one sentence. */
  readonly remedy: string;
  readonly keys: readonly string[];
}

/** Everything that is known about one mapping of the file. */
export interface SectionDefinition {
  /** The key it stands under. */
  readonly name: string;
  readonly description: string;
  readonly fields: Readonly<Record<string, z.ZodType>>;
  readonly required: readonly string[];
  readonly otherKeys: readonly OtherKeys[];
  /** Whether keys beyond these may have a meaning, to a provider or to the user. */
  readonly open: boolean;
}

/** Where a section is being read. */
export interface SectionPlace {
  readonly definition: SectionDefinition;
  readonly node: MapNode;
  readonly path: ConfigPath;
  readonly context: ReadContext;
}

/** One key with its value. */
export interface SectionEntry extends MapEntry {
  readonly key: string;
}

/** The mapping at a node; undefined, and told, when it is something else. Null is an empty one. */
export function asMap(node: ConfigNode, path: ConfigPath, problems: Problems): MapNode | undefined {
  if (node.type === "map") return node;
  if (isNull(node))
    return { type: "map", place: node.place, size: 1, height: 1, entries: new Map() };
  const key = path.findLast((part) => typeof part === "string") ?? "file";
  problems.error({
    place: node.place,
    path,
    message: `This must be a mapping of keys to values, not ${kindOf(node)}.`,
    remedy: `Write the keys of \`${key}\` on lines of their own, indented, each as \`key: value\`.`,
  });
  return undefined;
}

const tellOtherKey = (entry: SectionEntry, keys: OtherKeys, section: SectionPlace): void => {
  const verdict =
    keys.status === "meaningless" ? "has no meaning for audio" : "is not supported by Earshot";
  section.context.problems.warn({
    place: entry.place,
    path: [...section.path, entry.key],
    message: `\`${entry.key}\` ${verdict} and is ignored: ${keys.effect}`,
    remedy: keys.remedy,
  });
};

/** The group of unused LiteLLM keys that a key belongs to. */
export function otherKeysOf(definition: SectionDefinition, key: string): OtherKeys | undefined {
  return definition.otherKeys.find(({ keys }) => keys.includes(key));
}

const namesOf = ({ fields, otherKeys }: SectionDefinition): readonly string[] => [
  ...Object.keys(fields),
  ...otherKeys.flatMap(({ keys }) => keys),
];

const adviceFor = (key: string, section: SectionPlace, further: readonly string[]): string => {
  const { context, definition } = section;
  const elsewhere = context.sectionsWith(key).find((name) => name !== definition.name);
  if (elsewhere !== undefined) return `Move it to \`${elsewhere}\`.`;
  const nearest = nearestName(key, [...namesOf(definition), ...further]);
  return nearest === undefined ? "Remove it." : `Did you mean \`${nearest}\`?`;
};

/** A key that nobody knows; `further` are names that the section's definition lacks. */
function tellUnknownKey(
  entry: SectionEntry,
  section: SectionPlace,
  further: readonly string[] = [],
): void {
  const { definition, path, context } = section;
  const owner = path.length === 0 ? "the config file" : `\`${definition.name}\``;
  context.problems.warn({
    place: entry.place,
    path: [...path, entry.key],
    message: `\`${shownKey(entry.key)}\` is not a key of ${owner} and is ignored.`,
    remedy: adviceFor(entry.key, section, further),
  });
}

/** Warns about a key without a field: unused in Earshot, or unknown. */
export function tellKeyWithoutField(
  entry: SectionEntry,
  section: SectionPlace,
  further: readonly string[] = [],
): void {
  const group = otherKeysOf(section.definition, entry.key);
  if (group === undefined) tellUnknownKey(entry, section, further);
  else tellOtherKey(entry, group, section);
}

/** The keys that have a field, and the others; null counts as absent. */
export function splitEntries({ definition, node }: SectionPlace): {
  readonly fields: readonly SectionEntry[];
  readonly others: readonly SectionEntry[];
} {
  const entries = [...node.entries].map(([key, entry]) => ({ key, ...entry }));
  const hasField = ({ key }: SectionEntry): boolean => Object.hasOwn(definition.fields, key);
  return {
    fields: entries.filter((entry) => hasField(entry) && !isNull(entry.node)),
    others: entries.filter((entry) => !hasField(entry)),
  };
}
