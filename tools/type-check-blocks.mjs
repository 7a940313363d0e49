import { existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { runCommand } from "./run-command.mjs";
import { withTemporaryFolder } from "./temporary-folder.mjs";
import { readWorkspace } from "./workspace.mjs";

/**
 * @typedef {object} CodeBlock
 * @property {string} language as written after the fence, `ts` for example
 * @property {number} line of its first line of code, from 1
 * @property {string} code
 */

const LANGUAGES = new Set(["ts", "typescript"]);
const ERROR_IN_SETUP = /^error |^\S+\.json\(/mu;
const ERROR_IN_FILE = /^(?<file>[^\s(]+)\((?<line>\d+),\d+\): (?<error>.*)$/mu;

/**
 * Gives the examples what a reader would have installed: our packages and whatever those use.
 *
 * @param {string} root
 * @param {string} folder
 */
const linkPackages = (root, folder) => {
  for (const { directory, manifest } of readWorkspace(root)) {
    const external = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    const targets = [
      { name: manifest.name, path: join(root, directory) },
      ...external.map((name) => ({ name, path: join(root, directory, "node_modules", name) })),
    ];
    for (const { name, path } of targets) {
      const link = join(folder, "node_modules", name);
      if (!existsSync(path) || existsSync(link)) continue;
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(path, link);
    }
  }
};

/** @param {string} root @param {readonly string[]} files */
const tsconfigOf = (root, files) => ({
  extends: join(root, "tsconfig.base.json"),
  compilerOptions: {
    composite: false,
    declaration: false,
    declarationMap: false,
    isolatedDeclarations: false,
    emitDeclarationOnly: false,
    noEmit: true,
    // An example may stop before it uses everything that it shows.
    noUnusedLocals: false,
    types: ["node"],
    typeRoots: [join(root, "node_modules/@types")],
  },
  files,
});

/**
 * Type-checks the `ts` blocks of pages, each as a module of its own.
 *
 * @param {string} root
 * @param {readonly { path: string, blocks: readonly CodeBlock[] }[]} pages
 * @returns {Promise<string[]>} one line for each error, with its place in the page
 */
export const findTypeProblems = async (root, pages) => {
  const examples = pages
    .flatMap(({ path, blocks }) => blocks.map((block) => ({ path, ...block })))
    .filter(({ language }) => LANGUAGES.has(language))
    .map((block, index) => ({ ...block, file: `example-${index}.ts` }));
  if (examples.length === 0) return [];

  return withTemporaryFolder("earshot-docs-", async ({ folder, signal }) => {
    linkPackages(root, folder);
    writeFileSync(join(folder, "package.json"), `{ "private": true, "type": "module" }`);
    const tsconfig = tsconfigOf(
      root,
      examples.map(({ file }) => file),
    );
    writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
    for (const { file, line, code } of examples)
      // The empty lines make the compiler count as the page does.
      writeFileSync(join(folder, file), `${"\n".repeat(line - 1)}${code}\nexport {};\n`);

    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const command = ["node", tsc, "--pretty", "false"];
    const { code, output } = await runCommand(command, { cwd: folder, signal });
    if (code !== 0 && (ERROR_IN_SETUP.test(output) || !ERROR_IN_FILE.test(output)))
      return [`the compiler did not run: ${output}`];
    return errorsIn(output, new Map(examples.map(({ file, path }) => [file, path])));
  });
};

/**
 * Errors in the packages' own sources are not the examples' business: `tsc --build` reports those.
 *
 * @param {string} output of the compiler
 * @param {ReadonlyMap<string, string>} pageOf the page that each example is from
 */
const errorsIn = (output, pageOf) =>
  output.split("\n").flatMap((text) => {
    const { file = "", line = "", error = "" } = ERROR_IN_FILE.exec(text)?.groups ?? {};
    const page = pageOf.get(file);
    return page === undefined ? [] : [`${page}:${line}: ${error}`];
  });
