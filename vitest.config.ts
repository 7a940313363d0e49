import { globSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { defineConfig } from "vitest/config";

// A project is named after its package. Listed here one by one because only such a project takes
// over the settings below; one that is found by a pattern does not.
const projects = globSync(["{packages,apps}/*/package.json", "{tools,bench}/package.json"], {
  cwd: import.meta.dirname,
})
  .toSorted()
  .map((path) => {
    const { name } = JSON.parse(readFileSync(join(import.meta.dirname, path), "utf8")) as {
      readonly name: string;
    };
    const root = join(import.meta.dirname, dirname(path));
    // The page of providers is written from what the conformance suites leave here. Made for those
    // without one, too: turbo keeps the folder of each project, and warns where there is none.
    const reports = join(root, "node_modules/.cache/earshot-conformance");
    mkdirSync(reports, { recursive: true });
    const env = { EARSHOT_CONFORMANCE_REPORT: reports };
    return { extends: true as const, root, test: { name, env } };
  });

export default defineConfig({
  test: {
    projects,
    // A worker and its modules serve many files: a third of the time. So nothing may stay behind.
    isolate: false,
    restoreMocks: true,
    unstubEnvs: true,
    unstubGlobals: true,
    // Only a test that hangs should run into these, not one on a busy machine.
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // `.ci/run` takes the counts of its last line from this file.
    reporters: process.env["CI"]
      ? ["default", ["json", { outputFile: ".tools/test-report.json" }]]
      : ["default"],
  },
});
