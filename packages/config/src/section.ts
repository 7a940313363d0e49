import { nearestName } from "@earshot/core";
import type { z } from "zod";
import { isAddressName } from "./audio-address.ts";
import type { ConfigNode, ConfigPath, MapEntry, MapNode } from "./config-node.ts";
import { isNull, kindOf } from "./config-node.ts";
import { fieldInfo } from "./field.ts";
import { shownKey } from "./mask-secrets.ts";
import { misdirects } from "./misdirection.ts";
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
  /**
   * `here`: LiteLLM would send audio or keys to another place because of them, so that leaving them
   * out is an error. `region`: the same, but a provider that is not known yet may have such a setting.
   * `inside`: LiteLLM would because of an `api_base` within. Default: none of these.
   */
  readonly address?: "here" | "region" | "inside";
  /** What the deployment states itself where these say nothing new; then they are left out harmlessly. */
  readonly settledBy?: "api_base" | "api_base and api_key";
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
  /**
   * Whether audio may go where any key of it says, so that every key that looks like an address is
   * an error. Default: only spellings of `api_base` are.
   */
  readonly placesAudio?: boolean;
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

const tellOtherKey = (
  entry: SectionEntry,
  keys: OtherKeys,
  { section, isError }: { readonly section: SectionPlace; readonly isError: boolean },
): void => {
  const { problems } = section.context;
  const verdict =
    keys.status === "meaningless" ? "has no meaning for audio" : "is not supported by Earshot";
  const result = isError ? ", and without it the audio goes to another place" : " and is ignored";
  const problem = {
    place: entry.place,
    path: [...section.path, entry.key],
    message: `\`${entry.key}\` ${verdict}${result}: ${keys.effect}`,
    remedy: keys.remedy,
  };
  if (isError) problems.error(problem);
  else problems.warn(problem);
};

const addressAdvice = (
  key: string,
  { definition }: SectionPlace,
  further: readonly string[],
): string => {
  const isHome = Object.hasOwn(definition.fields, "api_base");
  const where = isHome ? "" : " under `litellm_params` of the deployment";
  if (isAddressName(key))
    return isHome ? "Did you mean `api_base`?" : `Write \`api_base\`${where}.`;
  const nearest = nearestName(key, [...Object.keys(definition.fields), ...further]);
  return nearest === undefined
    ? `Remove it; if the audio is to go there, write the address as \`api_base\`${where}.`
    : `Did you mean \`${nearest}\`?`;
};

/** Audio at the wrong place is worse than no start: such a key is never just ignored. */
const tellAddress = (
  entry: SectionEntry,
  section: SectionPlace,
  further: readonly string[] = [],
): void => {
  const { definition, path, context } = section;
  const owner = path.length === 0 ? "the config file" : `\`${definition.name}\``;
  context.problems.error({
    place: entry.place,
    path: [...path, entry.key],
    message: `\`${shownKey(entry.key)}\` is not a key of ${owner}, and looks as if it said where audio is sent.`,
    remedy: addressAdvice(entry.key, section, further),
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

/**
 * Tells of a key without a field, unused in Earshot or unknown: a warning, and an error where it may
 * have said where audio is sent.
 */
export function tellKeyWithoutField(
  entry: SectionEntry,
  section: SectionPlace,
  further?: readonly string[],
): void {
  const group = otherKeysOf(section.definition, entry.key);
  const isError = misdirects(entry, section, further);
  if (group !== undefined) tellOtherKey(entry, group, { section, isError });
  else if (isError) tellAddress(entry, section, further);
  else tellUnknownKey(entry, section, further);
}

/** The keys that have a field, and the others; null counts as absent where a value may be empty. */
export function splitEntries({ definition, node }: SectionPlace): {
  readonly fields: readonly SectionEntry[];
  readonly others: readonly SectionEntry[];
} {
  const entries = [...node.entries].map(([key, entry]) => ({ key, ...entry }));
  const hasField = ({ key }: SectionEntry): boolean => Object.hasOwn(definition.fields, key);
  const mayBeEmpty = (key: string): boolean => {
    const field = definition.fields[key];
    return field === undefined || fieldInfo(field)?.mayBeEmpty !== false;
  };
  return {
    fields: entries.filter(
      (entry) => hasField(entry) && !(isNull(entry.node) && mayBeEmpty(entry.key)),
    ),
    others: entries.filter((entry) => !hasField(entry)),
  };
}
