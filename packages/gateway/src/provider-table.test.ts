import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { withProviderTable } from "../scripts/provider-table.ts";

test("the README's table of providers is what the adapters say (`pnpm write-docs` writes it)", () => {
  const readme = readFileSync(new URL("../../../README.md", import.meta.url), "utf8");
  expect(readme).toBe(withProviderTable(readme));
});
