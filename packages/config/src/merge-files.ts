import type { ConfigFile } from "./config-files.ts";
import type { ConfigNode, MapEntry, MapNode } from "./config-node.ts";
import { isNull, kindOf } from "./config-node.ts";
import type { Problems } from "./problems.ts";
import { asMap } from "./section.ts";
import type { SectionEntry } from "./section.ts";
import type { ListedEntry } from "./sections/model-list.ts";

/** All files of a config as one: lists appended, mappings joined, the later file first. */
export interface MergedConfig {
  /** Undefined when `model_list` is no list, which is told already. */
  readonly modelList: readonly ListedEntry[] | undefined;
  readonly sections: ReadonlyMap<string, MapNode>;
  /** Top-level keys that are none of the sections. */
  readonly others: readonly SectionEntry[];
}

const listedEntries = (
  node: ConfigNode,
  problems: Problems,
): readonly ListedEntry[] | undefined => {
  if (node.type === "list")
    return node.items.map((item, index) => ({ node: item, path: ["model_list", index] }));
  if (isNull(node)) return [];
  problems.error({
    place: node.place,
    path: ["model_list"],
    message: `\`model_list\` must be a list of deployments, not ${kindOf(node)}.`,
    remedy: "Begin each deployment with a dash: `- model_name: whisper`.",
  });
  return undefined;
};

const joinLists = (
  files: readonly ConfigFile[],
  problems: Problems,
): readonly ListedEntry[] | undefined => {
  const lists = files.flatMap(({ root }) => root.entries.get("model_list") ?? []);
  const read = lists.map(({ node }) => listedEntries(node, problems));
  return read.includes(undefined) ? undefined : read.flatMap((entries) => entries ?? []);
};

/** Where people keep the anchors that the rest of the file merges. */
const isNotes = (key: string): boolean => key.startsWith("x-");

const tellSetTwice = (
  entry: MapEntry & { readonly path: readonly string[] },
  before: MapEntry,
  problems: Problems,
): void =>
  problems.warn({
    place: entry.place,
    path: entry.path,
    message: `This key is set in \`${before.place.source.name}\` too; the value here counts.`,
    remedy: "Keep one of the two.",
  });

const join = (name: string, maps: readonly MapNode[], problems: Problems): MapNode | undefined => {
  const [first] = maps;
  if (first === undefined || maps.length === 1) return first;
  const entries = new Map<string, MapEntry>();
  for (const map of maps)
    for (const [key, entry] of map.entries) {
      const before = entries.get(key);
      if (before !== undefined) tellSetTwice({ ...entry, path: [name, key] }, before, problems);
      entries.set(key, entry);
    }
  return { ...first, entries };
};

/** Joins the files; `sectionNames` are the top-level keys that hold mappings. */
export function mergeFiles(
  files: readonly ConfigFile[],
  sectionNames: readonly string[],
  problems: Problems,
): MergedConfig {
  const entries = files.flatMap(({ root }) =>
    [...root.entries].map(([key, entry]): SectionEntry => ({ key, ...entry })),
  );
  const sections = new Map<string, MapNode>();
  for (const name of sectionNames) {
    const found = entries.filter(({ key }) => key === name);
    const maps = found.flatMap(({ node }) => asMap(node, [name], problems) ?? []);
    const joined = join(name, maps, problems);
    if (joined !== undefined) sections.set(name, joined);
  }
  const known = new Set(["include", "model_list", ...sectionNames]);
  const others = entries.filter(({ key }) => !known.has(key) && !isNotes(key));
  return { modelList: joinLists(files, problems), sections, others };
}
