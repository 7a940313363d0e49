import { globSync, readFileSync } from "node:fs";
import { defineConfig } from "tsdown";

// Runs in the folder of the package that is built. What package.json exports from `src`, what it
// offers as a command and every worker becomes a file of the same name in `dist`.
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly exports: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
};
const sources = Object.values({ ...manifest.exports, ...manifest.bin }).filter((path) =>
  path.startsWith("./src/"),
);

export default defineConfig({
  cwd: process.cwd(),
  entry: [...sources, ...globSync("src/**/*-worker.ts")],
  dts: true,
  sourcemap: true,
  attw: { profile: "esm-only", level: "error" },
  publint: { strict: true, level: "warning" },
  failOnWarn: true,
});
