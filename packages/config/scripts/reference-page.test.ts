import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { jsonSchema } from "../src/index.ts";
import { referencePage } from "./reference-page.ts";

const committed = (name: string): string =>
  readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");

/** The formatter pads the cells of tables. */
const unpadded = (markdown: string): string =>
  markdown.replaceAll(/ +/g, " ").replaceAll(/-{3,}/g, "---");

// When these fail: `pnpm --filter @earshot/config write-schema`, and commit what it writes.

test("docs/config.schema.json is what the schemas say", () => {
  expect(JSON.parse(committed("config.schema.json"))).toEqual(jsonSchema());
});

test("docs/configuration.md is what the schemas say", () => {
  expect(unpadded(committed("configuration.md"))).toBe(unpadded(referencePage()));
});
