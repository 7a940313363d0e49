type Path = readonly (string | number)[];

const isBranch = (
  value: unknown,
): value is Readonly<Record<string, unknown>> | readonly unknown[] =>
  typeof value === "object" && value !== null;

/** `a.*.b` for `["a", 3, "b"]`: items of a list are alike. */
export function patternOf(path: Path): string {
  return path.map((step) => (typeof step === "number" ? "*" : step)).join(".");
}

/** One path for each pattern in a JSON value, the value itself excepted. */
export function pathsOf(value: unknown): readonly Path[] {
  const found = new Map<string, Path>();
  const visit = (node: unknown, path: Path): void => {
    if (path.length > 0 && !found.has(patternOf(path))) found.set(patternOf(path), path);
    if (!isBranch(node)) return;
    const isList = Array.isArray(node);
    for (const [key, child] of Object.entries(node)) {
      visit(child, [...path, isList ? Number(key) : key]);
    }
  };
  visit(value, []);
  return [...found.values()];
}

/** A copy of a JSON value in which one place holds another value, or nothing when it is undefined. */
export function replaceAt(value: unknown, path: Path, replacement: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return replacement;
  if (!isBranch(value)) return value;
  const entries = Object.entries(value).flatMap(([key, child]): [string, unknown][] => {
    if (key !== String(step)) return [[key, child]];
    const changed = replaceAt(child, rest, replacement);
    return changed === undefined ? [] : [[key, changed]];
  });
  return Array.isArray(value) ? entries.map(([, child]) => child) : Object.fromEntries(entries);
}

/** A copy in which every object has one more field that nobody knows. */
export function addUnknownFields(value: unknown): unknown {
  if (!isBranch(value)) return value;
  if (Array.isArray(value)) return value.map(addUnknownFields);
  const entries = Object.entries(value).map(([key, child]) => [key, addUnknownFields(child)]);
  return { ...Object.fromEntries(entries), x_conformance: { unknown: [1, null, "field"] } };
}
