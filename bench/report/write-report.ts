import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { chartsOf } from "./charts.ts";
import { toMarkdown } from "./page.ts";
import type { Results } from "./results.ts";

const FLAT_ARRAY = /\[\s+([^[\]{}]+?)\s+\]/gu;

/** Indented, arrays of numbers and words on one line as the formatter of this repository has them. */
export function toJson(value: object): string {
  const indented = JSON.stringify(value, undefined, 2);
  const flat = indented.replaceAll(
    FLAT_ARRAY,
    (_, items: string) => `[${items.replaceAll(/,\s+/gu, ", ")}]`,
  );
  return `${flat}\n`;
}

/** Writes the raw results, the page and its charts below the root of the repository. */
export function writeReport(root: string, results: Results): void {
  const charts = join(root, "docs/charts");
  mkdirSync(charts, { recursive: true });
  for (const { fileName, svg } of chartsOf(results)) writeFileSync(join(charts, fileName), svg);
  writeFileSync(join(root, "docs/benchmarks.md"), toMarkdown(results));
  writeFileSync(join(root, "bench/results.json"), toJson(results));
}
