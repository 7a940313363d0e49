import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Alias, Node, Scalar, YAMLError, YAMLMap, YAMLSeq } from "yaml";
import type {
  ConfigNode,
  ConfigPath,
  ListNode,
  MapEntry,
  MapNode,
  Place,
  ScalarNode,
  SourceFile,
} from "./config-node.ts";
import { isSecretName, shownKey } from "./mask-secrets.ts";
import type { Problems } from "./problems.ts";
import { explainYamlCode } from "./yaml-problem.ts";

/** Enough for any real config; aliases of aliases of aliases could ask for billions. */
const MAXIMUM_VALUES = 1_000_000;
const MAXIMUM_LEVELS = 100;
const MERGE_KEY = "<<";

interface Build {
  readonly source: SourceFile;
  readonly problems: Problems;
  /** The newest value of every anchor; undefined while that value itself is being built. */
  readonly anchors: Map<string, ConfigNode | undefined>;
}

/** Where a node hangs: its path, and its place should it have none of its own. */
interface Branch {
  readonly build: Build;
  readonly path: ConfigPath;
  readonly parent: Place;
}

type YamlNode = Node | null | undefined;

const placeOf = (node: YamlNode, { build, parent }: Branch): Place => {
  const offset = node?.range?.[0];
  return offset === undefined ? parent : { source: build.source, offset };
};

const nothing = (place: Place): ScalarNode => ({
  type: "scalar",
  place,
  size: 1,
  height: 1,
  value: null,
  text: "",
});

const toScalar = ({ value, source }: Scalar, place: Place): ScalarNode => {
  const text = typeof value === "string" ? value : (source ?? String(value));
  const known =
    value === null ||
    typeof value === "string" ||
    typeof value === "number" ||
    typeof value === "boolean";
  return { type: "scalar", place, size: 1, height: 1, value: known ? value : text, text };
};

const resolveAlias = (node: Alias, place: Place, { build, path }: Branch): ConfigNode => {
  const target = build.anchors.get(node.source);
  if (target !== undefined) return target;
  const secret = path.some((key) => typeof key === "string" && isSecretName(key));
  const name = secret ? "…" : shownKey(node.source);
  const inItself = build.anchors.has(node.source);
  build.problems.error({
    place,
    path,
    message: inItself
      ? `The alias \`*${name}\` stands inside the value that it repeats.`
      : `The alias \`*${name}\` repeats a value that is not marked above.`,
    remedy: inItself
      ? "Take the alias out of that value."
      : `Mark the value with \`&${name}\` before this line, or put the text in quotes.`,
  });
  return nothing(place);
};

const sizes = (
  children: readonly ConfigNode[],
): { readonly size: number; readonly height: number } => {
  let size = 1;
  let height = 1;
  for (const child of children) {
    size += child.size;
    height = Math.max(height, child.height + 1);
  }
  return { size, height };
};

const asNode = (value: unknown): YamlNode => (isNode(value) ? value : undefined);

const buildList = (node: YAMLSeq, place: Place, { build, path }: Branch): ListNode => {
  const items = node.items.map((item, index) =>
    buildBranch(asNode(item), { build, path: [...path, index], parent: place }),
  );
  return { type: "list", place, items, ...sizes(items) };
};

const mergedMaps = (node: ConfigNode, path: ConfigPath, problems: Problems): readonly MapNode[] => {
  if (node.type === "map") return [node];
  const items = node.type === "list" ? node.items : [];
  const maps = items.filter((item) => item.type === "map");
  if (node.type !== "list" || maps.length < items.length)
    problems.error({
      place: node.place,
      path,
      message: "`<<` merges mappings, and this is none.",
      remedy: "Write `<<: *name`, with `&name` on a mapping above.",
    });
  return maps;
};

const tellRepeatedKey = (key: string, again: Place, branch: Branch & { first: Place }): void => {
  const { line } = branch.first.source.position(branch.first.offset);
  branch.build.problems.error({
    place: again,
    path: [...branch.path, key],
    message: `The key \`${shownKey(key)}\` is already set on line ${line}.`,
    remedy: "Keep one of the two, or put the entries of both under one key.",
  });
};

const buildMap = (node: YAMLMap, place: Place, { build, path }: Branch): MapNode => {
  const entries = new Map<string, MapEntry>();
  const merged: MapNode[] = [];
  for (const pair of node.items) {
    const keyNode = pair.key;
    // `stringKeys` makes the parser refuse everything else.
    if (!isScalar(keyNode) || typeof keyNode.value !== "string") continue;
    const key = keyNode.value;
    const keyPlace = placeOf(keyNode, { build, path, parent: place });
    const branch: Branch = { build, path: [...path, key], parent: keyPlace };
    const value = buildBranch(asNode(pair.value), branch);
    const before = entries.get(key);
    if (key === MERGE_KEY) merged.push(...mergedMaps(value, branch.path, build.problems));
    else if (before === undefined) entries.set(key, { place: keyPlace, node: value });
    else tellRepeatedKey(key, keyPlace, { build, path, parent: place, first: before.place });
  }
  for (const map of merged)
    for (const [key, entry] of map.entries) if (!entries.has(key)) entries.set(key, entry);
  return { type: "map", place, entries, ...sizes([...entries.values()].map(({ node: n }) => n)) };
};

const buildByKind = (node: YamlNode, place: Place, branch: Branch): ConfigNode => {
  if (isMap(node)) return buildMap(node, place, branch);
  if (isSeq(node)) return buildList(node, place, branch);
  if (isScalar(node)) return toScalar(node, place);
  if (isAlias(node)) return resolveAlias(node, place, branch);
  return nothing(place);
};

function buildBranch(node: YamlNode, branch: Branch): ConfigNode {
  const { anchors } = branch.build;
  const anchor = isAlias(node) ? undefined : node?.anchor;
  if (anchor !== undefined) anchors.set(anchor, undefined);
  const built = buildByKind(node, placeOf(node, branch), branch);
  if (anchor !== undefined) anchors.set(anchor, built);
  return built;
}

/**
 * Turns parsed YAML into nodes with places: aliases and merge keys (`<<`) resolved, repeated keys
 * told. Undefined when the file would become too large or too deep.
 */
function buildNode(
  contents: Node | null,
  source: SourceFile,
  problems: Problems,
): ConfigNode | undefined {
  const build: Build = { source, problems, anchors: new Map() };
  const root = buildBranch(contents, { build, path: [], parent: { source, offset: 0 } });
  if (root.size <= MAXIMUM_VALUES && root.height <= MAXIMUM_LEVELS) return root;
  problems.error({
    place: root.place,
    path: [],
    message: `The file has more than ${MAXIMUM_LEVELS} levels or, with its aliases written out, more than ${MAXIMUM_VALUES} values.`,
    remedy: "Use fewer aliases (`*name`) inside values that are repeated themselves.",
  });
  return undefined;
}

const createSource = (name: string, text: string, lines: LineCounter): SourceFile => ({
  name,
  text,
  position: (offset) => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  },
});

/** The first error is the cause; what the parser makes of the rest of the line is noise. */
const firstOfEachLine = (
  errors: readonly YAMLError[],
  lines: LineCounter,
): readonly YAMLError[] => {
  const byLine = new Map<number, YAMLError>();
  for (const error of errors) {
    const { line } = lines.linePos(error.pos[0]);
    if (!byLine.has(line)) byLine.set(line, error);
  }
  return [...byLine.values()];
};

/** One YAML file as nodes with places. Undefined when it has syntax errors. */
export function parseYaml(
  file: { readonly name: string; readonly text: string },
  problems: Problems,
): { readonly source: SourceFile; readonly root: ConfigNode | undefined } {
  const lines = new LineCounter();
  const document = parseDocument(file.text, {
    lineCounter: lines,
    prettyErrors: false,
    // Told by `buildMap`, which knows the paths.
    uniqueKeys: false,
    stringKeys: true,
    // YAML 1.1 would turn `api_version: 2024-10-21` into a date.
    version: "1.2",
  });
  const source = createSource(file.name, file.text, lines);
  problems.addSource(source);
  const tell = (error: YAMLError) => ({
    place: { source, offset: Math.min(error.pos[0], file.text.length) },
    path: [],
    ...explainYamlCode(error.code),
  });
  for (const error of firstOfEachLine(document.errors, lines)) problems.error(tell(error));
  for (const warning of document.warnings) problems.warn(tell(warning));
  if (document.errors.length > 0) return { source, root: undefined };
  return { source, root: buildNode(document.contents, source, problems) };
}
