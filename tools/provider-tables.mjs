import { join } from "node:path";
import { pathToFileURL } from "node:url";

/**
 * @typedef {{ line: number, cells: readonly string[] }} Row
 *
 * @typedef {Readonly<Record<string, { type: string, values?: readonly string[] }>>} Specs
 *
 * @typedef {object} Definition what a provider package exports, as far as its README repeats it
 * @property {1} specVersion
 * @property {Record<"apiKey" | "baseUrl", readonly string[]> & { apiVersion?: readonly string[], organization?: readonly string[], settings?: Readonly<Record<string, readonly string[]>> }} environment
 * @property {Specs} options
 * @property {Specs} [settings]
 */

/** @param {string} text @returns {string[]} what it quotes as code */
const quotedIn = (text) => Array.from(text.matchAll(/`([^`]+)`/gu), ([, code = ""]) => code);

/** @param {readonly string[]} prose @returns {readonly (readonly Row[])[]} */
const tablesOf = (prose) => {
  /** @type {Row[][]} */
  const tables = [];
  for (const [index, text] of prose.entries()) {
    if (!text.startsWith("|")) continue;
    if (prose[index - 1]?.startsWith("|") !== true) tables.push([]);
    const cells = text.split("|").slice(1, -1);
    tables.at(-1)?.push({ line: index + 1, cells: cells.map((cell) => cell.trim()) });
  }
  return tables;
};

/** Lists of values may be told by example. @param {Specs[string] | undefined} spec */
const choicesOf = (spec) => (spec?.type === "string" ? (spec.values ?? []) : []);

/**
 * What a table has to name: settings or options, with the values and the environment variables of
 * each.
 *
 * @param {Definition} definition
 * @param {string} subject `setting` or `option`
 * @returns {ReadonlyMap<string, { values: readonly string[], variables: readonly string[] }>}
 */
const expectedIn = ({ environment, options, settings = {} }, subject) => {
  const { apiKey, baseUrl, apiVersion = [], organization = [] } = environment;
  const common = { api_key: apiKey, api_base: baseUrl, api_version: apiVersion, organization };
  /** @type {Readonly<Record<string, readonly string[]>>} */
  const variablesOf = { ...common, ...environment.settings };
  const specs = subject === "option" ? options : settings;
  const names = Object.entries(common).flatMap(([name, { length }]) =>
    subject === "setting" && length > 0 ? [name] : [],
  );
  return new Map(
    [...names, ...Object.keys(specs)].map((name) => [
      name,
      { values: choicesOf(specs[name]), variables: variablesOf[name] ?? [] },
    ]),
  );
};

/**
 * @param {string} path
 * @param {readonly Row[]} table
 * @param {Definition} definition
 * @returns {string[]}
 */
const tableProblems = (path, [head, , ...rows], definition) => {
  const subject = head?.cells[0] ?? "";
  const expected = expectedIn(definition, subject);
  const column = head?.cells.indexOf("environment") ?? -1;
  const told = rows.flatMap(({ line, cells }) =>
    quotedIn(cells[0] ?? "").map((name) => ({ line, name, cells })),
  );
  const missing = [...expected.keys()].filter((wanted) =>
    told.every(({ name }) => name !== wanted),
  );
  const wrong = told.flatMap(({ line, name, cells }) => {
    const place = `${path}:${line}: the code`;
    const known = expected.get(name);
    if (known === undefined) return [`${place} has no ${subject} \`${name}\``];
    const read = known.variables.join(", ");
    const quoted = quotedIn(cells.join(" "));
    return [
      ...known.values
        .filter((value) => !quoted.includes(value))
        .map((value) => `${place} takes ${value}`),
      ...(column >= 0 && quotedIn(cells[column] ?? "").join(", ") !== read
        ? [`${place} reads \`${name}\` from ${read || "no variable"}`]
        : []),
    ];
  });
  return [
    ...missing.map((name) => `${path}:${head?.line}: the code has the ${subject} \`${name}\``),
    ...wrong,
  ];
};

/**
 * One line for each row that the README of a provider has too much, too few or otherwise than the
 * code, in its tables of settings and of options: those whose first head is `setting` or `option`.
 *
 * @param {string} root
 * @param {{ path: string, prose: readonly string[] }} page
 * @returns {Promise<string[]>}
 */
export const providerTableProblems = async (root, { path, prose }) => {
  const directory = /^packages\/provider-[^/]+(?=\/README\.md$)/u.exec(path)?.[0];
  const tables = tablesOf(prose).filter(([head]) =>
    ["setting", "option"].includes(head?.cells[0] ?? ""),
  );
  if (directory === undefined || tables.length === 0) return [];
  const exported = /** @type {Record<string, Definition>} */ (
    await import(pathToFileURL(join(root, directory, "src/index.ts")).href)
  );
  const definition = Object.values(exported).find(({ specVersion }) => specVersion === 1);
  if (definition === undefined) return [`${path}: src/index.ts exports no provider`];
  return tables.flatMap((table) => tableProblems(path, table, definition));
};
