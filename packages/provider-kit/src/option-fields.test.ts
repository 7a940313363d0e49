import type { OptionTable } from "@earshot/core";
import { expect, test } from "vitest";
import { toOptionFields } from "./option-fields.ts";

const table: OptionTable = {
  punctuate: { type: "boolean", description: "Adds punctuation." },
  threshold: { type: "number", description: "0 to 1." },
  tag: { type: "string", description: "A label." },
  keyterm: { type: "string[]", description: "Terms." },
  context: { type: "json", description: "Anything." },
};

test("each type has its text, lists repeat their name", () => {
  const options = {
    keyterm: ["a", "b"],
    punctuate: false,
    threshold: 0.5,
    tag: "x",
    context: { a: [1, null] },
  };
  expect(toOptionFields(options, table)).toEqual([
    ["keyterm", "a"],
    ["keyterm", "b"],
    ["punctuate", "false"],
    ["threshold", "0.5"],
    ["tag", "x"],
    ["context", '{"a":[1,null]}'],
  ]);
});

test("what the table does not know is left out, unless there is no table", () => {
  const options = { unknown: "1", toString: "2", tag: "x" };
  expect(toOptionFields(options, table)).toEqual([["tag", "x"]]);
  expect(toOptionFields({ unknown: "1" })).toEqual([["unknown", "1"]]);
});
