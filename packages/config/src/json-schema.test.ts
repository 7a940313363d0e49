import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { jsonSchema } from "./index.ts";
import { sectionDefinitions } from "./sections.ts";

const checked = z.fromJSONSchema(jsonSchema());

const accepts = (yaml: string): boolean => checked.safeParse(parse(yaml, { merge: true })).success;

const withParams = (params: string): string =>
  `model_list: [{ model_name: a, litellm_params: { model: b, ${params} } }]`;

test.each(["openai.yaml", "openai-and-azure.yaml", "litellm-everything.yaml"])(
  "accepts %s",
  (name) => {
    const text = readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");
    expect(accepts(text)).toBe(true);
  },
);

test.each([
  ["a number in quotes", withParams('timeout: "5"')],
  ["a reference for a number", withParams("rpm: os.environ/RPM")],
  ["a reference for a word", "router_settings: { routing_strategy: os.environ/STRATEGY }"],
  ["a provider's own parameter", withParams("smart_format: true")],
  ["anchors under x-", "x-defaults: { rpm: 5 }"],
])("accepts %s", (_name, text) => {
  expect(accepts(text)).toBe(true);
});

test.each([
  ["an unknown section", "rooter_settings: {}"],
  ["an unknown key", "router_settings: { num_retry: 1 }"],
  ["a missing model", "model_list: [{ model_name: a, litellm_params: {} }]"],
  ["a missing name", "model_list: [{ litellm_params: { model: a } }]"],
  ["a list for a number", withParams("timeout: [1]")],
  ["a negative number", withParams("weight: -1")],
  ["an unknown word", "router_settings: { routing_strategy: fastest }"],
])("marks %s", (_name, text) => {
  expect(accepts(text)).toBe(false);
});

const described = (node: unknown): readonly string[] => {
  if (typeof node !== "object" || node === null) return [];
  const { properties } = z
    .object({ properties: z.record(z.string(), z.unknown()).default({}) })
    .parse(node);
  return Object.entries(properties).flatMap(([key, property]) => {
    const { description } = z.object({ description: z.string().default("") }).parse(property);
    return [...(description === "" ? [key] : []), ...described(property)];
  });
};

test("describes every key", () => {
  expect(described(jsonSchema())).toEqual([]);
});

test("marks the keys that have no effect as deprecated", () => {
  const text = JSON.stringify(jsonSchema());
  const unused = new Set(
    sectionDefinitions.flatMap(({ otherKeys }) => otherKeys.flatMap(({ keys }) => keys)),
  );
  expect(unused.size).toBeGreaterThan(200);
  for (const key of unused) expect(text).toMatch(new RegExp(`"${key}":\\{[^{}]*"deprecated":true`));
});
