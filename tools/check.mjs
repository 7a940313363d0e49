// Everything that has to be right before a change is merged. `pnpm check --only lint,types` and
// `pnpm check --except test` pick parts.
import { runCommand } from "./run-command.mjs";
import { runParts, selectParts } from "./run-parts.mjs";
import { stoppable } from "./stoppable.mjs";
import { REPOSITORY_ROOT } from "./workspace.mjs";

/** @typedef {import("./run-parts.mjs").Part} Part */

/** The long ones first, so that the short ones fill the gaps. @type {readonly Part[]} */
const PARTS = [
  { name: "test", command: ["node", "tools/test-changed.mjs"] },
  { name: "build", command: ["turbo", "run", "build", "--output-logs=errors-only"] },
  { name: "lint", command: ["oxlint"] },
  { name: "pack", command: ["node", "tools/pack-smoke.mjs"], after: "build" },
  { name: "types", command: ["tsc", "--build"] },
  { name: "dead-code", command: ["knip"] },
  {
    name: "providers",
    command: ["node", "packages/gateway/scripts/write-provider-page.ts", "--check"],
    after: "test",
  },
  { name: "template", command: ["node", "tools/new-provider-smoke.mjs"] },
  { name: "docs", command: ["node", "tools/check-docs.mjs"] },
  { name: "format", command: ["oxfmt", "--check"] },
  { name: "layers", command: ["node", "tools/check-layers.mjs"] },
  { name: "hygiene", command: ["node", "tools/check-hygiene.mjs"] },
  { name: "workspace", command: ["sherif"] },
];

/** Two keep two cores busy; more only make the tests' own workers fight for them. */
const CONCURRENCY = 2;

const ENVIRONMENT = {
  TURBO_TELEMETRY_DISABLED: "1",
  TURBO_UI: "false",
  ...(process.stdout.isTTY ? { FORCE_COLOR: "1" } : {}),
};

/** @param {number} startedAt */
const secondsSince = (startedAt) => `${((performance.now() - startedAt) / 1000).toFixed(1)} s`;

/** @param {Part} part @param {AbortSignal} signal */
const runPart = async ({ name, command }, signal) => {
  const startedAt = performance.now();
  const options = { cwd: REPOSITORY_ROOT, env: ENVIRONMENT, signal };
  const { code, output } = signal.aborted
    ? { code: 1, output: "stopped" }
    : await runCommand(command, options);
  const passed = code === 0;
  console.log(`${passed ? "✓" : "✗"} ${name.padEnd(10)} ${secondsSince(startedAt)}`);
  if (!passed) console.log(`\n$ ${command.join(" ")}\n${output.trimEnd()}\n`);
  return passed;
};

/** @param {readonly Part[]} parts @returns {Promise<boolean>} whether all of them passed */
const check = async (parts) => {
  const startedAt = performance.now();
  const outcomes = await stoppable((signal) =>
    runParts(parts, { concurrency: CONCURRENCY, runPart: (part) => runPart(part, signal) }),
  );
  const named = (/** @type {string} */ wanted) =>
    [...outcomes].flatMap(([name, outcome]) => (outcome === wanted ? [name] : []));
  const [failed, skipped] = [named("failed"), named("skipped")];
  const time = secondsSince(startedAt);
  if (skipped.length > 0) console.log(`skipped, as an earlier part failed: ${skipped.join(", ")}`);
  if (failed.length > 0) console.log(`check failed: ${failed.join(", ")} (${time})`);
  else console.log(`check passed: ${outcomes.size} parts (${time})`);
  return failed.length === 0;
};

try {
  if (!(await check(selectParts(PARTS, process.argv.slice(2))))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
