import type { ConfigPath, MapNode, ScalarNode } from "./config-node.ts";
import { isNull } from "./config-node.ts";
import type { Problems } from "./problems.ts";

/** Environment variables by name. */
export type EnvironmentRecord = Readonly<Record<string, string | undefined>>;

/** Resolves `os.environ/NAME`, the file's own variables first. */
export interface EnvironmentReader {
  /** The text of a value, references resolved; undefined, and told, when its variable is missing. */
  textOf(node: ScalarNode, path: ConfigPath): string | undefined;
  /** As `textOf`, without telling anything. */
  peek(node: ScalarNode): string | undefined;
  /** The variables of the file, references resolved. */
  readonly own: Readonly<Record<string, string>>;
}

const PREFIX = "os.environ/";
/** How other programs write references; here they would be sent to the provider as they are. */
const FOREIGN_REFERENCE = /^(\$\{\w+\}|\$[A-Z][A-Z0-9_]*|(os\.environ|process\.env)[.[].+)$/;

/** The variable that a value refers to; undefined when it is a plain value. */
export function referencedVariable(node: ScalarNode): string | undefined {
  if (typeof node.value !== "string" || !node.value.startsWith(PREFIX)) return undefined;
  return node.value.slice(PREFIX.length).trim();
}

interface ReferencePlace {
  readonly node: ScalarNode;
  readonly path: ConfigPath;
  readonly problems: Problems;
}

const tellMissing = (
  name: string,
  value: string | undefined,
  { node, path, problems }: ReferencePlace,
): void => {
  const unnamed = {
    message: "`os.environ/` names no environment variable.",
    remedy: "Write the name behind it, such as `os.environ/OPENAI_API_KEY`.",
  };
  const named = {
    message: `The environment variable \`${name}\` is ${value === undefined ? "not set" : "empty"}.`,
    remedy: `Set \`${name}\` before Earshot starts, or under \`environment_variables\`; or write the value itself in place of the reference.`,
  };
  problems.error({ place: node.place, path, ...(name === "" ? unnamed : named) });
};

/** Files and secret stores often add a line end, which no key or address has. */
const trimmed = (value: string, name: string, { node, path, problems }: ReferencePlace): string => {
  const text = value.trim();
  if (text !== value)
    problems.warn({
      place: node.place,
      path,
      message: `The environment variable \`${name}\` begins or ends with white space, which is left out.`,
      remedy: `Set \`${name}\` without it.`,
    });
  return text;
};

const tellForeignReference = (node: ScalarNode, path: ConfigPath, problems: Problems): void => {
  if (!FOREIGN_REFERENCE.test(node.text)) return;
  problems.warn({
    place: node.place,
    path,
    message:
      "This looks like a reference to an environment variable, but it is taken as it stands.",
    remedy: "Write `os.environ/NAME` to refer to the variable `NAME`.",
  });
};

/** Reads `environment_variables` and makes the reader for the rest of the file. */
export function createEnvironmentReader(
  section: MapNode | undefined,
  process: EnvironmentRecord,
  problems: Problems,
): EnvironmentReader {
  const own = new Map<string, string>();
  const valueOf = (name: string): string | undefined =>
    own.get(name) ?? (Object.hasOwn(process, name) ? process[name] : undefined);
  const peek = (node: ScalarNode): string | undefined => {
    const name = referencedVariable(node);
    return (name === undefined ? node.text : valueOf(name)?.trim()) || undefined;
  };
  const textOf = (node: ScalarNode, path: ConfigPath): string | undefined => {
    const name = referencedVariable(node);
    if (name === undefined) {
      tellForeignReference(node, path, problems);
      return node.text;
    }
    const value = valueOf(name);
    if (name !== "" && value !== undefined && value.trim() !== "")
      return trimmed(value, name, { node, path, problems });
    tellMissing(name, value, { node, path, problems });
    return undefined;
  };
  for (const [name, { node }] of section?.entries ?? []) {
    const path = ["environment_variables", name];
    if (node.type === "scalar" && !isNull(node)) {
      const text = textOf(node, path);
      if (text !== undefined) own.set(name, text);
      continue;
    }
    problems.error({
      place: node.place,
      path,
      message: "The value of an environment variable must be text.",
      remedy: "Write `NAME: value`, with the value in quotes when it holds special characters.",
    });
  }
  return { textOf, peek, own: Object.fromEntries(own) };
}
