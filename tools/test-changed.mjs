// Runs the tests of the packages that changed, or whose dependencies changed, since they last
// passed. `npm test` runs all of them, and so does CI.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { projectKeys } from "./project-keys.mjs";
import { isStartedScript } from "./run-check.mjs";
import { runCommand } from "./run-command.mjs";
import { withTemporaryFolder } from "./temporary-folder.mjs";
import { REPOSITORY_ROOT } from "./workspace.mjs";

/** @typedef {ReturnType<typeof projectKeys>[number]} Project */
/** @typedef {{ testResults: readonly { name: string, status: string }[] }} Report */
/** @typedef {(projects: readonly Project[]) => Promise<{ code: number, report: Report | undefined }>} RunTests */

/** The key with which each project passed last, by name. */
const PASSED = "node_modules/.cache/earshot-tests.json";

/** @param {string} path @returns {unknown} undefined when there is no such file or no JSON in it */
const readIfThere = (path) => {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
};

/**
 * @param {string} root
 * @param {readonly Project[]} projects
 * @param {Report} report
 */
const passedIn = (root, projects, { testResults }) =>
  projects.filter(({ directory }) =>
    testResults
      .filter(({ name }) => name.startsWith(join(root, directory, "/")))
      .every(({ status }) => status !== "failed"),
  );

/**
 * Runs what is due and remembers what passed.
 *
 * @param {string} root
 * @param {RunTests} runTests
 * @returns {Promise<number>} an exit code
 */
export const testChanged = async (root, runTests) => {
  const path = join(root, PASSED);
  const remembered = /** @type {Record<string, string>} */ (readIfThere(path) ?? {});
  const projects = projectKeys(root);
  const due = projects.filter(({ name, key }) => remembered[name] !== key);
  console.log(`${projects.length - due.length} packages are unchanged since their tests passed.`);
  if (due.length === 0) return 0;

  const { code, report } = await runTests(due);
  // A run that fails without a failed file broke down: nothing in it counts.
  const failed = report?.testResults.some(({ status }) => status === "failed") ?? false;
  if (report !== undefined && (code === 0 || failed)) {
    const passed = passedIn(root, due, report).map(({ name, key }) => [name, key]);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify({ ...remembered, ...Object.fromEntries(passed) }));
  }
  return code;
};

/** @type {RunTests} */
const runVitest = (projects) =>
  withTemporaryFolder("earshot-tests-", async ({ folder, signal }) => {
    const file = join(folder, "report.json");
    const chosen = projects.map(({ name }) => `--project=${name}`);
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${file}`];
    const command = ["vitest", "run", "--passWithNoTests", ...reporters, ...chosen];
    const { code, output } = await runCommand(command, { cwd: REPOSITORY_ROOT, signal });
    console.log(output);
    return { code, report: /** @type {Report | undefined} */ (readIfThere(file)) };
  });

if (isStartedScript(import.meta.filename))
  process.exitCode = await testChanged(REPOSITORY_ROOT, runVitest);
