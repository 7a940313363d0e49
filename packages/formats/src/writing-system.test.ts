import { expect, test } from "vitest";
import { columnsOf, onOneLine, spaceBetween } from "./writing-system.ts";

test.each([
  ["abc", 3],
  ["ünï", 3],
  ["日本", 4],
  ["ｱｲｳ", 3],
  ["ラーメン。", 10],
  ["한국", 4],
  ["สวัสดี", 4],
  ["سلام", 4],
  ["a😀", 3],
  ["e\u0301", 1],
])("%s is %d columns wide", (text, columns) => {
  expect(columnsOf(text)).toBe(columns);
});

test.each([
  ["hello", "world", " "],
  ["hello", ",", ""],
  ["東京", "へ", ""],
  ["東京", "Tower", " "],
  ["한국", "사람", " "],
])("between %s and %s", (left, right, space) => {
  expect(spaceBetween(left, right)).toBe(space);
});

test("white space of every kind becomes one space", () => {
  expect(onOneLine(" a\r\n\n\tb\u00a0 c\u0000d ")).toBe("a b c d");
});
