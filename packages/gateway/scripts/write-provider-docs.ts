// Writes the README's table of providers and docs/providers.md. With `--check` it only compares
// the latter; a test compares the table.
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { ConformanceReport } from "@earshot/provider-testkit";
import { builtinProviders } from "../src/index.ts";
import { providerPage } from "./provider-page.ts";
import { withProviderTable } from "./provider-table.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const readme = `${root}README.md`;
const page = `${root}docs/providers.md`;

/** What the tests of the providers left; see vitest.config.ts. */
const readReports = (): readonly ConformanceReport[] =>
  globSync("packages/*/node_modules/.cache/earshot-conformance/*.json", { cwd: root })
    .toSorted((one, other) => (basename(one) < basename(other) ? -1 : 1))
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- written by the same version of the testkit
    .map((path) => JSON.parse(readFileSync(root + path, "utf8")) as ConformanceReport);

const isCheck = process.argv.includes("--check");
if (!isCheck) writeFileSync(readme, withProviderTable(readFileSync(readme, "utf8")));
try {
  const kinds = builtinProviders.map(({ kind }) => kind);
  // The engine inside the process answers no HTTP calls, which is what the suite is about.
  const text = providerPage(
    readReports(),
    kinds.filter((kind) => kind !== "local"),
  );
  if (!isCheck) writeFileSync(page, text);
  else if (readFileSync(page, "utf8") !== text)
    throw new Error("docs/providers.md is not what the tests show. Run `pnpm write-docs`.");
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
