import { expect, test } from "vitest";
import { isJsonList, isJsonObject, parseJson } from "./json.ts";

test("parses JSON, and says undefined to everything else", () => {
  expect(parseJson('{"a":[1,null]}')).toEqual({ a: [1, null] });
  expect(parseJson("null")).toBeNull();
  for (const text of ["", "{", "undefined", "{'a':1}", "<html>"]) {
    expect(parseJson(text)).toBeUndefined();
  }
});

test("tells objects, lists and the rest apart", () => {
  expect([{}, [], null, "x", 1, true, undefined].map(isJsonObject)).toEqual([
    true,
    false,
    false,
    false,
    false,
    false,
    false,
  ]);
  expect([[], [1], {}, "x", null, undefined].map(isJsonList)).toEqual([
    true,
    true,
    false,
    false,
    false,
    false,
  ]);
});
