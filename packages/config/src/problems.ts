import type { ConfigLocation, ConfigPath, Place, SourceFile } from "./config-node.ts";
import type { Diagnostic } from "./diagnostic.ts";
import { maskLine, shownKey } from "./mask-secrets.ts";

/** A problem at a place; `path` as keys, shown as `model_list[0].model_name`. */
export interface Problem {
  readonly place: Place;
  readonly path: ConfigPath;
  readonly message: string;
  readonly remedy: string;
}

/** Collects the problems of all files of one config. */
export interface Problems {
  error(problem: Problem): void;
  warn(problem: Problem): void;
  readonly hasErrors: boolean;
  /** Names a file before its problems, so that `sorted` keeps the order in which files were read. */
  addSource(source: SourceFile): void;
  /** In the order of the files and lines. */
  sorted(): readonly Diagnostic[];
}

const PLAIN_KEY = /^[\w*/-]+$/;

/** Writes a path as the diagnostics show it. */
export function formatPath(path: ConfigPath): string {
  let text = "";
  for (const key of path) {
    const shown = typeof key === "number" ? key : shownKey(key);
    if (typeof shown === "number") text += `[${shown}]`;
    else if (!PLAIN_KEY.test(shown)) text += `[${JSON.stringify(shown)}]`;
    else text += text === "" ? shown : `.${shown}`;
  }
  return text;
}

/** Turns a place into what a diagnostic and a deployment carry. */
export function toLocation(place: Place, path: ConfigPath): ConfigLocation {
  return {
    file: place.source.name,
    ...place.source.position(place.offset),
    path: formatPath(path),
  };
}

const lineAt = (source: SourceFile, offset: number): string => {
  const start = source.text.lastIndexOf("\n", offset - 1) + 1;
  const end = source.text.indexOf("\n", start);
  return source.text.slice(start, end < 0 ? undefined : end).replace(/\r$/, "");
};

interface Collected {
  readonly problem: Problem;
  readonly severity: Diagnostic["severity"];
}

/** Makes an empty collection; `isShownKey` tells which keys' plain values a source line may show. */
export function createProblems(isShownKey: (key: string) => boolean): Problems {
  const collected: Collected[] = [];
  const sources: SourceFile[] = [];
  const add = (severity: Diagnostic["severity"], problem: Problem): void => {
    collected.push({ severity, problem });
  };
  const inFileOrder = (one: Collected, other: Collected): number =>
    sources.indexOf(one.problem.place.source) - sources.indexOf(other.problem.place.source) ||
    one.problem.place.offset - other.problem.place.offset;
  const toDiagnostic = ({ severity, problem }: Collected): Diagnostic => {
    const { place, path, message, remedy } = problem;
    const sourceLine = maskLine(lineAt(place.source, place.offset), isShownKey);
    return { severity, ...toLocation(place, path), message, remedy, sourceLine };
  };
  return {
    error: (problem) => add("error", problem),
    warn: (problem) => add("warning", problem),
    addSource: (source) => void sources.push(source),
    get hasErrors() {
      return collected.some(({ severity }) => severity === "error");
    },
    sorted: () => collected.toSorted(inFileOrder).map(toDiagnostic),
  };
}
