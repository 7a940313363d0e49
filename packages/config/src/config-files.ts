import { dirname, isAbsolute, join, normalize } from "node:path";
import type {
  ConfigNode,
  ConfigPath,
  MapEntry,
  MapNode,
  Place,
  SourceFile,
} from "./config-node.ts";
import { isNull, kindOf } from "./config-node.ts";
import { createEnvironmentReader } from "./environment.ts";
import type { EnvironmentRecord } from "./environment.ts";
import { parseYaml } from "./parse-yaml.ts";
import type { Problems } from "./problems.ts";
import { asMap } from "./section.ts";
import type { SectionEntry } from "./section.ts";

/** One file of a config. */
export interface ConfigFile {
  readonly source: SourceFile;
  readonly root: MapNode;
}

/** What is needed to read a config with the files that it includes. */
export interface FileReading {
  readonly environment: EnvironmentRecord;
  /** Reads an included file; throws when it cannot. Undefined when there are no files. */
  readonly readInclude: ((path: string) => string) | undefined;
  readonly problems: Problems;
}

interface Includer {
  readonly reading: FileReading;
  /** The files on the way to this one, outermost first, this one included. */
  readonly chain: readonly string[];
  /** Every file that was read. */
  readonly seen: Set<string>;
}

const PATH = ["include"];

/** The code of an error of the file system, in brackets behind a space; empty without one. */
export const codeOf = (error: unknown): string =>
  typeof error === "object" && error !== null && "code" in error ? ` (${String(error.code)})` : "";

const includeText = (path: string, place: Place, reading: FileReading): string | undefined => {
  const { readInclude, problems } = reading;
  if (readInclude === undefined) {
    problems.error({
      place,
      path: PATH,
      message: "This config was not read from a file, so it cannot include one.",
      remedy: "Write the contents of the included file here, or load the config from its file.",
    });
    return undefined;
  }
  try {
    return readInclude(path);
  } catch (error) {
    problems.error({
      place,
      path: PATH,
      message: `The included file \`${path}\` cannot be read${codeOf(error)}.`,
      remedy: "Check the path; it starts at the folder of the file that includes it.",
    });
    return undefined;
  }
};

const includeFile = (written: string, place: Place, includer: Includer): readonly ConfigFile[] => {
  const { reading, chain, seen } = includer;
  const path = isAbsolute(written)
    ? normalize(written)
    : join(dirname(chain.at(-1) ?? ""), written);
  if (chain.includes(path)) {
    reading.problems.error({
      place,
      path: PATH,
      message: `The files include each other in a circle: ${[...chain, path].join(" → ")}.`,
      remedy: "Remove one of these includes.",
    });
    return [];
  }
  if (seen.has(path)) {
    reading.problems.warn({
      place,
      path: PATH,
      message: `\`${path}\` is already included; the second time is ignored.`,
      remedy: "Remove this line.",
    });
    return [];
  }
  const text = includeText(path, place, reading);
  return text === undefined ? [] : readFile({ name: path, text }, includer);
};

const includedPaths = (
  node: ConfigNode,
  { environment, problems }: FileReading,
): readonly { readonly path: string; readonly place: Place }[] => {
  const reader = createEnvironmentReader(undefined, environment, problems);
  const items = node.type === "list" ? node.items : [node];
  return items.flatMap((item) => {
    if (item.type === "scalar" && !isNull(item) && item.text !== "") {
      const path = reader.textOf(item, PATH);
      return path === undefined ? [] : [{ path, place: item.place }];
    }
    problems.error({
      place: item.place,
      path: PATH,
      message: "`include` must be a list of file names.",
      remedy: "Write it like this: `include: [models.yaml]`.",
    });
    return [];
  });
};

function readFile(
  file: { readonly name: string; readonly text: string },
  { reading, chain, seen }: Includer,
): readonly ConfigFile[] {
  const { source, root } = parseYaml(file, reading.problems);
  const map = root === undefined ? undefined : asMap(root, [], reading.problems);
  seen.add(file.name);
  if (map === undefined) return [];
  const include = map.entries.get("include");
  const paths = include === undefined ? [] : includedPaths(include.node, reading);
  const inner: Includer = { reading, chain: [...chain, file.name], seen };
  return [
    { source, root: map },
    ...paths.flatMap(({ path, place }) => includeFile(path, place, inner)),
  ];
}

/** The file and, after it, the files that it includes, in order. Empty when it cannot be read. */
export function readConfigFiles(
  file: { readonly name: string; readonly text: string },
  reading: FileReading,
): readonly ConfigFile[] {
  const name = normalize(file.name);
  return readFile({ ...file, name }, { reading, chain: [], seen: new Set() });
}

/** One entry of `model_list` where it stands; the path is that of its own file. */
export interface ListedEntry {
  readonly node: ConfigNode;
  readonly path: ConfigPath;
}

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

const joinMaps = (
  name: string,
  maps: readonly MapNode[],
  problems: Problems,
): MapNode | undefined => {
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
    const joined = joinMaps(name, maps, problems);
    if (joined !== undefined) sections.set(name, joined);
  }
  const known = new Set(["include", "model_list", ...sectionNames]);
  const others = entries.filter(({ key }) => !known.has(key) && !isNotes(key));
  return { modelList: joinLists(files, problems), sections, others };
}
