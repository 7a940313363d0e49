import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// The page of providers is written from what the conformance suites leave here.
process.env["EARSHOT_CONFORMANCE_REPORT"] ??= fileURLToPath(
  new URL("node_modules/.cache/earshot-conformance", import.meta.url),
);

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "tools"],
    // `.ci/run` takes the counts of its last line from this file.
    reporters: process.env["CI"]
      ? ["default", ["json", { outputFile: ".tools/test-report.json" }]]
      : ["default"],
  },
});
