import type { OptionTable } from "@earshot/core";
import { expect, test } from "vitest";
import { joinUrl, toOptionFields } from "./call-parts.ts";

test.each([
  ["https://a.example/v1", "audio", "https://a.example/v1/audio"],
  ["https://a.example/v1/", "/audio", "https://a.example/v1/audio"],
  ["https://a.example/v1//", "audio/x", "https://a.example/v1/audio/x"],
  ["https://a.example/v1", "", "https://a.example/v1"],
  [" https://a.example ", "v2/listen", "https://a.example/v2/listen"],
  ["https://a.example/v1?tenant=7", "audio", "https://a.example/v1/audio?tenant=7"],
  ["https://a.example/v1#top", "audio", "https://a.example/v1/audio"],
])("%s + %s", (base, path, expected) => {
  expect(joinUrl(base, path)).toBe(expected);
});

test("the query keeps its order, repeats and escapes", () => {
  const query = [
    ["keyterm", "a b"],
    ["keyterm", "ä&="],
    ["model", "nova-3"],
  ] as const;
  expect(joinUrl("https://a.example", "listen", query)).toBe(
    "https://a.example/listen?keyterm=a%20b&keyterm=%C3%A4%26%3D&model=nova-3",
  );
});

test("half a character becomes a replacement character", () => {
  expect(joinUrl("https://a.example", "listen", [["keyterm", "a\ud800"]])).toBe(
    "https://a.example/listen?keyterm=a%EF%BF%BD",
  );
});

test("a query of the base stays in front", () => {
  expect(joinUrl("https://a.example/x?a=1", "listen", [["b", "2"]])).toBe(
    "https://a.example/x/listen?a=1&b=2",
  );
});

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
