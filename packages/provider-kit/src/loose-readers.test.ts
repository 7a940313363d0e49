import { expect, test } from "vitest";
import { asArray, asBoolean, asNumber, asRecord, asSeconds, asString } from "./loose-readers.ts";

test("asRecord takes objects only", () => {
  expect(asRecord({ a: 1 })).toEqual({ a: 1 });
  for (const value of [null, undefined, 1, "x", [1], true]) expect(asRecord(value)).toBeUndefined();
});

test("asArray takes arrays only", () => {
  expect(asArray([1, "a"])).toEqual([1, "a"]);
  for (const value of [null, undefined, { length: 2 }, "ab"]) expect(asArray(value)).toEqual([]);
});

test("asString takes strings only", () => {
  expect(asString("")).toBe("");
  for (const value of [null, undefined, 1, {}]) expect(asString(value)).toBeUndefined();
});

test("asNumber takes numbers and written numbers, never NaN", () => {
  expect(asNumber(0)).toBe(0);
  expect(asNumber("8.470000267028809")).toBe(8.470000267028809);
  expect(asNumber(" -1e3 ")).toBe(-1000);
  for (const value of [
    "",
    " ",
    "1.2s",
    null,
    undefined,
    Number.NaN,
    Infinity,
    "Infinity",
    true,
    [1],
  ]) {
    expect(asNumber(value)).toBeUndefined();
  }
});

test("asBoolean takes booleans and written booleans", () => {
  expect(asBoolean(true)).toBe(true);
  expect(asBoolean("false")).toBe(false);
  for (const value of [1, 0, "yes", "", null, undefined]) expect(asBoolean(value)).toBeUndefined();
});

test("asSeconds takes what a recording can have", () => {
  for (const seconds of [0, 0.5, 86_400, "3.2"]) expect(asSeconds(seconds)).toBe(Number(seconds));
  for (const value of [-1, 1e7, 1e308, Infinity, NaN, "1e300", null])
    expect(asSeconds(value)).toBeUndefined();
});
