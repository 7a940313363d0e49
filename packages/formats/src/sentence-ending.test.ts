import { expect, test } from "vitest";
import { endingOf } from "./sentence-ending.ts";

test.each([
  ["done.", "Then", "sentence"],
  ["done.”", "Then", "sentence"],
  ["done.", undefined, "sentence"],
  ["really?)", "Yes", "sentence"],
  ["Yahoo!", "is", "clause"],
  ["wait…", "what", "clause"],
  ["です。", "はい", "sentence"],
  ["है।", "वह", "sentence"],
  ["اليوم؟", "نعم", "sentence"],
  ["well,", "then", "clause"],
  ["ですが、", "まだ", "clause"],
  ["كيف،", "حال", "clause"],
  ["Dr.", "Weiß", "none"],
  ["Mrs.", "Hall", "none"],
  ["J.", "Doe", "none"],
  ["z.B.", "Wien", "none"],
  ["3.", "Oktober", "none"],
  ["1984.", "Then", "sentence"],
  ["I.", "Then", "sentence"],
  ["etc.", "and", "none"],
  ["word", "next", "none"],
])("%s before %s", (text, next, expected) => {
  expect(endingOf(text, next)).toBe(expected);
});
