import { globSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { defineConfig } from "tsdown";

// Runs in the folder of the package that is built. What package.json exports from `src` and what
// it offers as a command becomes a file of the same name in `dist`; so does every worker, which a
// program starts by its file name and therefore finds beside its own file.
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly exports: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
};
const named = Object.values({ ...manifest.exports, ...manifest.bin })
  .filter((path) => path.startsWith("./src/"))
  .map((path) => [path.slice("./src/".length, -".ts".length), path] as const);
const workers = globSync("src/**/*-worker.ts").map(
  (path) => [basename(path, ".ts"), path] as const,
);

export default defineConfig({
  cwd: process.cwd(),
  entry: Object.fromEntries([...named, ...workers]),
  dts: true,
  sourcemap: true,
  attw: { profile: "esm-only", level: "error" },
  publint: { strict: true, level: "warning" },
  failOnWarn: true,
});
