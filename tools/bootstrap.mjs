// The way in for a machine that has nothing but Node 20 and npm: `npm start`, `npm test`,
// `npm run check`. Brings Node, pnpm and the packages when they are missing, then runs the command.
// Everything here and in ./bootstrap/ must run on Node 20 without any package.
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { ensureToolchain } from "./bootstrap/ensure-toolchain.mjs";
import { runForeground, StoppedBySignal } from "./bootstrap/run-process.mjs";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const TURBO = ["node_modules/turbo/bin/turbo", "run", "--output-logs=errors-only"];
/** Goes on after a failure, but not with what needs the failed task. */
const ALL = "--continue=dependencies-successful";

/** What each command runs, below the root. @type {Readonly<Record<string, readonly string[]>>} */
const COMMANDS = {
  start: ["apps/cli/src/main.ts"],
  test: ["node_modules/vitest/vitest.mjs", "run"],
  check: [...TURBO, ALL, "test", "provider-docs", "static"],
  static: [...TURBO, ALL, "static"],
  "provider-docs": [...TURBO, "--only", "provider-docs"],
  "pack-all": ["tools/pack-all.mjs"],
  bench: ["bench/run-bench.ts"],
};

const main = async () => {
  const [command = "", ...rest] = process.argv.slice(2);
  const [script, ...fixed] = COMMANDS[command] ?? [];
  if (script === undefined)
    throw new Error(`Unknown command "${command}": use ${Object.keys(COMMANDS).join(", ")}.`);
  const { node, environment } = await ensureToolchain(root);
  return runForeground(node, [join(root, script), ...fixed, ...rest], {
    cwd: root,
    env: environment,
  });
};

try {
  process.exitCode = await main();
} catch (error) {
  if (error instanceof StoppedBySignal) process.kill(process.pid, error.signal);
  else console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
