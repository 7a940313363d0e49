import { describe, expect, it } from "vitest";
import { joinerOf, wordsOf } from "./text-units.ts";

describe("wordsOf", () => {
  it.each([
    ["Ask not, what?", ["Ask", "not,", "what?"]],
    ["  two\n words ", ["two", "words"]],
    ["今日は、晴れ。", ["今", "日", "は、", "晴", "れ。"]],
    ["用 GPT 说话", ["用", "GPT", "说", "话"]],
    ["", []],
  ])("splits %j", (text, words) => {
    expect(wordsOf(text)).toEqual(words);
  });
});

describe("joinerOf", () => {
  it.each([
    ["One.", "Two.", " "],
    ["", "Two.", ""],
    ["One.", "", ""],
    ["晴れ。", "今日", ""],
    ["晴れ。", "Yes", " "],
  ])("puts between %j and %j: %j", (before, after, joiner) => {
    expect(joinerOf(before, after)).toBe(joiner);
  });
});
