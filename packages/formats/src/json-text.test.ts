import { expect, test } from "vitest";
import { toJsonText } from "./json-text.ts";

test.each([
  ["a\ud83d", '{"text":"a\ufffd"}'],
  ["\udc00b", '{"text":"\ufffdb"}'],
  ["whole \u{1f600}", '{"text":"whole \u{1f600}"}'],
  ["C:\\ud800", '{"text":"C:\\\\ud800"}'],
])("%j is written with whole characters", (text, expected) => {
  expect(toJsonText({ text })).toBe(expected);
});
