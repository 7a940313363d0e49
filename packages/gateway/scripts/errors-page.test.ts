import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { errorsPage } from "./errors-page.ts";

/** The formatter pads the cells of tables. */
const unpadded = (markdown: string): string =>
  markdown.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---");

test("docs/errors.md is what the tables say (`pnpm write-docs` writes it)", () => {
  const committed = readFileSync(new URL("../../../docs/errors.md", import.meta.url), "utf8");
  expect(unpadded(committed)).toBe(unpadded(errorsPage()));
});
