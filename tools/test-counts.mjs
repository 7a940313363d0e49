// Prints `N passed, N failed` from the JSON report of a test run; exit code 1 when anything failed.
// Runs on Node 20: it has the last word even when nothing newer could be set up.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isStartedScript } from "./run-check.mjs";

/**
 * The part of vitest's report that counts.
 *
 * @typedef {object} Report
 * @property {number} numPassedTests
 * @property {number} numFailedTests
 * @property {number} numPendingTests skipped
 * @property {number} numTodoTests
 * @property {boolean} success
 * @property {readonly { status: string, assertionResults: readonly { status: string }[] }[]} testResults
 */

/**
 * A file that fails to load has no failed test in it, so it counts as one.
 *
 * @param {Report} report
 * @returns {number}
 */
const brokenFiles = ({ testResults }) =>
  testResults.filter(
    ({ status, assertionResults }) =>
      status === "failed" && assertionResults.every((result) => result.status !== "failed"),
  ).length;

/**
 * @param {string | undefined} json the report; undefined when the run ended before it wrote one
 * @returns {{ line: string, failed: number }}
 */
export const countTests = (json) => {
  if (json === undefined) return { line: "0 passed, 1 failed", failed: 1 };
  const report = /** @type {Report} */ (JSON.parse(json));
  const listed = report.numFailedTests + brokenFiles(report);
  // Errors outside of any test fail the run, too.
  const failed = listed === 0 && !report.success ? 1 : listed;
  const skipped = report.numPendingTests + report.numTodoTests;
  const line = `${report.numPassedTests} passed, ${failed} failed`;
  return { line: skipped > 0 ? `${line}, ${skipped} skipped` : line, failed };
};

/** @param {string} path */
const readReport = (path) => {
  try {
    return readFileSync(path, "utf8");
  } catch {
    console.log("The tests did not get far enough to write their report.");
    return undefined;
  }
};

if (isStartedScript(fileURLToPath(import.meta.url))) {
  const { line, failed } = countTests(readReport(process.argv[2] ?? ""));
  console.log(line);
  if (failed > 0) process.exitCode = 1;
}
