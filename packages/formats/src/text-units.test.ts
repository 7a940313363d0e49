import { doAtOnce } from "@earshot/core";
import { expect, test } from "vitest";
import { unitsOf } from "./text-units.ts";

const pieces = (text: string, maxColumns?: number): readonly string[] =>
  doAtOnce(unitsOf(text, maxColumns)).map(({ from, to }) => text.slice(from, to));

test("words are where the spaces are", () => {
  expect(pieces("  Don't  stop-it, now. ")).toEqual(["Don't", "stop-it,", "now."]);
});

test("Japanese keeps particles, punctuation and loan words with their word", () => {
  expect(pieces("東京スカイツリーへ行きました。")).toEqual([
    "東京",
    "スカイツリーへ",
    "行きました。",
  ]);
  expect(pieces("彼は「はい」と言った。")).toEqual(["彼は", "「はい」と", "言った。"]);
  expect(pieces("予定ですが、まだ")).toEqual(["予定ですが、", "まだ"]);
});

test("Chinese and Thai are cut at the words of the dictionary", () => {
  expect(pieces("我们学习。")).toEqual(["我们", "学习。"]);
  expect(pieces("สวัสดีครับผมชื่อสมชาย")).toEqual(["สวัสดี", "ครับ", "ผม", "ชื่อ", "สมชาย"]);
});

test("a word wider than the line is cut into even parts, never inside a character", () => {
  expect(pieces("abcdefghij", 6)).toEqual(["abcde", "fghij"]);
  expect(pieces("e\u0301e\u0301e\u0301e\u0301", 2)).toEqual(["e\u0301e\u0301", "e\u0301e\u0301"]);
});
