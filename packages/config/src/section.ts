import type { ConfigNode, ConfigPath, MapEntry, MapNode, Place } from "./config-node.ts";
import { isNull, kindOf } from "./config-node.ts";
import type { EnvironmentReader } from "./environment.ts";
import type { Field, Fields } from "./field.ts";
import type { Problems } from "./problems.ts";

/** Keys that LiteLLM has and Earshot does not use, with one reason for all of them. */
export interface OtherKeys {
  /** True: they concern chat, not audio. Otherwise Earshot cannot do it (yet). */
  readonly isMeaningless?: true;
  /** What their absence means for the user; one sentence. */
  readonly effect: string;
  /** What to do instead, in one sentence; default: to remove the key. */
  readonly remedy?: string;
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

/** What to do about keys that are not used; one sentence. */
export const remedyOf = ({ remedy = "Remove it." }: OtherKeys): string => remedy;

/** The names of a long list, which space and line ends separate. */
export function words(names: string): readonly string[] {
  return names.trim().split(/\s+/u);
}

/** Everything that is known about one mapping of the file. */
export interface SectionDefinition {
  /** The key it stands under. */
  readonly name: string;
  readonly description: string;
  readonly fields: Fields;
  /** Fields that must be there; default: none. */
  readonly required?: readonly string[];
  readonly otherKeys: readonly OtherKeys[];
  /** Whether keys beyond these may have a meaning, to a provider or to the user; default false. */
  readonly open?: boolean;
  /**
   * Whether audio may go where any key of it says, so that every key that looks like an address is
   * an error. Default: only spellings of `api_base` are.
   */
  readonly placesAudio?: boolean;
}

/**
 * Tells which provider parameters exist for a model as `litellm_params.model` has it. Undefined when
 * the provider is unknown or takes any parameter: then every key is kept.
 */
export type KnownParams = (model: string, customProvider?: string) => readonly string[] | undefined;

/** What every section needs while it is read. */
export interface ReadContext {
  readonly problems: Problems;
  readonly environment: EnvironmentReader;
  readonly knownParams: KnownParams | undefined;
  /** The sections that have a key of that name, such as `litellm_params` for `api_key`. */
  readonly sectionsWith: (key: string) => readonly string[];
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

/** The field of a key; undefined where the section has none. */
export function fieldOf(
  { fields }: SectionDefinition,
  key: PropertyKey | undefined,
): Field<unknown> | undefined {
  return typeof key === "string" && Object.hasOwn(fields, key) ? fields[key] : undefined;
}

/** A mapping that the file does not have. */
export function emptyMap(place: Place): MapNode {
  return { type: "map", place, size: 1, height: 1, entries: new Map() };
}

/** The mapping at a node; undefined, and told, when it is something else. Null is an empty one. */
export function asMap(node: ConfigNode, path: ConfigPath, problems: Problems): MapNode | undefined {
  if (node.type === "map") return node;
  if (isNull(node)) return emptyMap(node.place);
  const key = path.findLast((part) => typeof part === "string") ?? "file";
  problems.error({
    place: node.place,
    path,
    message: `This must be a mapping of keys to values, not ${kindOf(node)}.`,
    remedy: `Write the keys of \`${key}\` on lines of their own, indented, each as \`key: value\`.`,
  });
  return undefined;
}

/** The keys that have a field, and the others; null counts as absent where a value may be empty. */
export function splitEntries({ definition, node }: SectionPlace): {
  readonly fields: readonly SectionEntry[];
  readonly others: readonly SectionEntry[];
} {
  const fields: SectionEntry[] = [];
  const others: SectionEntry[] = [];
  for (const [key, entry] of node.entries) {
    const field = fieldOf(definition, key);
    if (field === undefined) others.push({ key, ...entry });
    else if (!isNull(entry.node) || field.mayBeEmpty === false) fields.push({ key, ...entry });
  }
  return { fields, others };
}
