import { defineConfig } from "tsdown";

export default defineConfig({
  cwd: process.cwd(),
  entry: "src/index.ts",
  dts: true,
  sourcemap: true,
  attw: { profile: "esm-only" },
  publint: true,
  exports: { enabled: true, devExports: true },
});
