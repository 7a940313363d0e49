import { dirname, isAbsolute, join, normalize } from "node:path";
import type { ConfigNode, MapNode, Place, SourceFile } from "./config-node.ts";
import { isNull } from "./config-node.ts";
import { createEnvironmentReader } from "./environment.ts";
import type { EnvironmentRecord } from "./environment.ts";
import { parseYaml } from "./parse-yaml.ts";
import type { Problems } from "./problems.ts";
import { asMap } from "./section.ts";

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

const codeOf = (error: unknown): string =>
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
