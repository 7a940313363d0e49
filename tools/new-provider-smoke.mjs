// Makes a new provider from the template, in a temporary copy of what it needs, and checks that it
// is as good as `pnpm new-provider` promises: formatted, linted, typed, and its tests pass.
import { cpSync, existsSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { createProvider } from "./new-provider.mjs";
import { runCheck } from "./run-check.mjs";
import { runCommand } from "./run-command.mjs";
import { withTemporaryFolder } from "./temporary-folder.mjs";
import { readWorkspace, REPOSITORY_ROOT } from "./workspace.mjs";

/** @typedef {import("./workspace.mjs").WorkspacePackage} WorkspacePackage */

const TEMPLATE = "@earshot/provider-template";
/** Two words, so that every spelling of a name differs from the others. */
const NAME = "acme-speech";
const CONFIGURATION = ["tsconfig.base.json", ".oxlintrc.json", ".oxfmtrc.json"];
const NOT_COPIED = new Set(["node_modules", "dist", ".tsbuild", ".turbo"]);

/** @param {WorkspacePackage} workspacePackage */
const dependenciesOf = ({ manifest }) =>
  Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });

/**
 * The package of that name and all workspace packages below it.
 *
 * @param {ReadonlyMap<string, WorkspacePackage>} byName
 * @param {string} name
 * @param {Set<WorkspacePackage>} [found]
 */
const withDependencies = (byName, name, found = new Set()) => {
  const workspacePackage = byName.get(name);
  if (workspacePackage === undefined || found.has(workspacePackage)) return found;
  found.add(workspacePackage);
  for (const dependency of dependenciesOf(workspacePackage))
    withDependencies(byName, dependency, found);
  return found;
};

/** @param {string} target @param {string} path */
const link = (target, path) => {
  if (existsSync(path)) return;
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
};

/**
 * Copies the template and the packages below it, with their dependencies linked in one place.
 *
 * @param {string} root
 * @param {string} folder
 */
const copyWorkspace = (root, folder) => {
  const byName = new Map(readWorkspace(root).map((each) => [each.manifest.name, each]));
  for (const each of withDependencies(byName, TEMPLATE)) {
    const { directory, manifest } = each;
    const filter = (/** @type {string} */ path) => !NOT_COPIED.has(basename(path));
    cpSync(join(root, directory), join(folder, directory), { recursive: true, filter });
    link(join(folder, directory), join(folder, "node_modules", manifest.name));
    for (const name of dependenciesOf(each).filter((dependency) => !byName.has(dependency)))
      link(join(root, directory, "node_modules", name), join(folder, "node_modules", name));
  }
  link(join(root, "node_modules/@types"), join(folder, "node_modules/@types"));
  for (const file of CONFIGURATION) cpSync(join(root, file), join(folder, file));
  writeFileSync(join(folder, "tsconfig.json"), `{ "files": [], "references": [] }`);
};

/**
 * One entry for each check that a new provider fails.
 *
 * @param {string} root
 * @returns {Promise<string[]>}
 */
export const findNewProviderProblems = (root) =>
  withTemporaryFolder("earshot-provider-", async ({ folder, signal }) => {
    copyWorkspace(root, folder);
    createProvider(folder, NAME);

    const provider = `packages/provider-${NAME}`;
    const bin = join(root, "node_modules/.bin");
    const vitest = join(folder, "node_modules/vitest/vitest.mjs");
    const env = {
      EARSHOT_CONFORMANCE_REPORT: join(folder, "reports"),
      OXLINT_TSGOLINT_PATH: join(bin, "tsgolint"),
    };
    const run = (/** @type {string[]} */ ...command) =>
      runCommand(command, { cwd: folder, env, signal });

    await run(join(bin, "oxfmt"), provider);
    const results = await Promise.all([
      run(join(bin, "oxlint"), provider),
      run(join(bin, "tsc"), "--build", provider),
      run("node", vitest, "run", "--root", provider),
    ]);
    return results.filter(({ code }) => code !== 0).map(({ output }) => output.trim());
  });

await runCheck(import.meta.filename, "new provider", () =>
  findNewProviderProblems(REPOSITORY_ROOT),
);
