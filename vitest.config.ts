import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    projects: ["packages/*", "apps/*", "tools"],
    // `.ci/run` takes the counts of its last line from this file.
    reporters: process.env["CI"]
      ? ["default", ["json", { outputFile: ".tools/test-report.json" }]]
      : ["default"],
  },
});
