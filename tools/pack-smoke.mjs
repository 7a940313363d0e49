// Installs what would be published, as a user would: every package is packed, the tarballs are
// installed with plain npm in an empty folder, each export is imported and type-checked there, and
// the command line starts. Nothing else tests `publishConfig` and `files`.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildAll, packAll } from "./pack-all.mjs";
import { runCheck } from "./run-check.mjs";
import { runCommand } from "./run-command.mjs";
import { withTemporaryFolder } from "./temporary-folder.mjs";
import { thirdPartyProblems } from "./third-party.mjs";
import { REPOSITORY_ROOT } from "./workspace.mjs";

/** @typedef {import("./pack-all.mjs").Tarball} Tarball */
/** @typedef {{ folder: string, signal: AbortSignal }} Context */
/** @typedef {(root: string, context: Context) => Promise<readonly string[]>} Probe */

/** Importing it outside of a test run is an error of vitest's own, so it is only type-checked. */
const IMPORTED_BY_TESTS_ONLY = new Set(["@earshot/provider-testkit"]);

const IMPORT_EACH = `
for (const name of process.argv.slice(2)) {
  try {
    if (Object.keys(await import(name)).length === 0) console.log(name + ": exports nothing");
  } catch (error) {
    console.log(name + ": cannot be imported: " + (error instanceof Error ? error.stack : error));
  }
}
process.exit();
`;

/**
 * @param {readonly string[]} names
 * @param {Context} context
 * @returns {Promise<string[]>}
 */
const importProblems = async (names, { folder, signal }) => {
  const imported = names.filter((name) => !IMPORTED_BY_TESTS_ONLY.has(name));
  writeFileSync(join(folder, "import-each.mjs"), IMPORT_EACH);
  const { code, output } = await runCommand(["node", "import-each.mjs", ...imported], {
    cwd: folder,
    signal,
  });
  return code === 0 && output === "" ? [] : [output.trim()];
};

/**
 * Type errors in our own declarations, or in a file that imports all of them.
 *
 * @param {string} root
 * @param {readonly string[]} names
 * @param {Context} context
 * @returns {Promise<string[]>}
 */
const typeProblems = async (root, names, { folder, signal }) => {
  const imports = names.map((name, index) => `export * as p${index} from "${name}";\n`);
  writeFileSync(join(folder, "consumer.ts"), imports.join(""));
  const tsconfig = {
    compilerOptions: {
      target: "es2023",
      lib: ["es2023", "dom", "dom.asynciterable"],
      module: "nodenext",
      strict: true,
      noEmit: true,
      typeRoots: [join(root, "node_modules/@types")],
      types: ["node"],
    },
    files: ["consumer.ts"],
  };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(tsconfig));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { output } = await runCommand(["node", tsc, "--pretty", "false"], { cwd: folder, signal });
  return output
    .split("\n")
    .filter((line) => /^(?:consumer\.ts|node_modules\/(?:@earshot|earshot)\/)/u.test(line));
};

/**
 * @param {Context} context
 * @returns {Promise<string[]>}
 */
const commandProblems = async ({ folder, signal }) => {
  const command = ["node_modules/.bin/earshot", "--help"];
  const { code, output } = await runCommand(command, { cwd: folder, signal });
  return code === 0 && /earshot/iu.test(output)
    ? []
    : [`earshot --help: exit code ${code}\n${output}`];
};

/**
 * @param {string} root
 * @param {readonly Tarball[]} tarballs
 * @param {Context} context
 * @returns {Promise<string[]>}
 */
const installProblems = async (root, tarballs, context) => {
  const { folder, signal } = context;
  writeFileSync(join(folder, "package.json"), `{ "private": true, "type": "module" }`);
  const files = tarballs.map(({ filename }) => filename);
  const { code, output } = await runCommand(
    ["npm", "install", "--no-audit", "--no-fund", "--prefer-offline", ...files],
    { cwd: folder, signal },
  );
  if (code !== 0) return [`npm install of the tarballs failed:\n${output}`];
  const names = tarballs.map(({ name }) => name);
  const problems = await Promise.all([
    importProblems(names, context),
    typeProblems(root, names, context),
    commandProblems(context),
  ]);
  return problems.flat();
};

/**
 * @param {string} root
 * @param {Context} context
 * @param {Probe} probe
 * @returns {Promise<string[]>}
 */
const tarballProblems = async (root, context, probe) => {
  const tarballs = await packAll(root, context);
  const unbuilt = tarballs.filter(
    ({ files }) => !files.some(({ path }) => path.startsWith("dist/")),
  );
  if (unbuilt.length > 0) return unbuilt.map(({ name }) => `${name}: no dist; run "pnpm build"`);

  const problems = await installProblems(root, tarballs, context);
  return problems.length > 0 ? problems : [...(await probe(root, context))];
};

/**
 * One line for each way in which the packed packages do not work. Needs the packages to be built,
 * pnpm and npm. Leaves nothing behind, however it ends.
 *
 * @param {string} root
 * @param {Probe} [probe] goes on in the folder where the packages are installed and work
 * @returns {Promise<string[]>}
 */
export const findPackProblems = (root, probe = () => Promise.resolve([])) =>
  withTemporaryFolder("earshot-pack-", (context) => tarballProblems(root, context, probe));

await runCheck(import.meta.filename, "packed packages", async () => {
  await buildAll(REPOSITORY_ROOT);
  return findPackProblems(REPOSITORY_ROOT, thirdPartyProblems);
});
