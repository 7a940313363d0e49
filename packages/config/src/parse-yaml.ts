import { LineCounter, parseDocument } from "yaml";
import type { YAMLError } from "yaml";
import { buildNode } from "./build-node.ts";
import type { ConfigNode, SourceFile } from "./config-node.ts";
import type { Problems } from "./problems.ts";
import { explainYamlCode } from "./yaml-problem.ts";

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
    // Told by `buildNode`, which knows the paths.
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
