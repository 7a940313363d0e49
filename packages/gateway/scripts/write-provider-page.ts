import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { builtinProviders } from "../src/index.ts";
import { providerPage, readReports } from "./provider-page.ts";

// Written by every run of the tests; see vitest.config.ts.
const reports = fileURLToPath(
  new URL("../../../node_modules/.cache/earshot-conformance/", import.meta.url),
);
const page = new URL("../../../docs/providers.md", import.meta.url);

// Others are tried, too: what new providers are copied from, and copies that nobody ships yet.
const shipped = new Set(builtinProviders.map(({ kind }) => kind));
const text = providerPage(readReports(reports).filter(({ kind }) => shipped.has(kind)));
if (!process.argv.includes("--check")) writeFileSync(page, text);
else if (readFileSync(page, "utf8") !== text) {
  process.stderr.write("docs/providers.md is not what the tests show. Run `pnpm write-docs`.\n");
  process.exitCode = 1;
}
