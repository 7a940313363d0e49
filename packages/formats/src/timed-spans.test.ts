import { doAtOnce } from "@earshot/core";
import type { Word } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { alignWords } from "./timed-spans.ts";

const each = (...texts: readonly string[]): readonly Word[] =>
  texts.map((text, index) => ({ text, startSeconds: index, endSeconds: index + 0.5 }));

const aligned = (
  text: string,
  words: readonly Word[],
): readonly (readonly [string, string, number, number])[] | undefined =>
  doAtOnce(alignWords(text, words))?.map((span) => [
    span.space,
    span.text,
    span.startSeconds,
    span.endSeconds,
  ]);

describe("words laid over their text", () => {
  test("take their punctuation and spelling from the text", () => {
    expect(aligned("“Hello,” he said (twice).", each("hello", "he", "said", "twice"))).toEqual([
      ["", "“Hello,”", 0, 0.5],
      [" ", "he", 1, 1.5],
      [" ", "said", 2, 2.5],
      [" ", "(twice).", 3, 3.5],
    ]);
  });

  test("go without spaces where the text does", () => {
    expect(aligned("本日は「晴天」です。", each("本日", "は", "晴天", "です", "。"))).toEqual([
      ["", "本日", 0, 0.5],
      ["", "は", 1, 1.5],
      ["", "「晴天」", 2, 2.5],
      ["", "です。", 3, 4.5],
    ]);
  });

  test("that read otherwise in the text share its time", () => {
    const words = each(
      "it",
      "costs",
      "five",
      "dollars",
      "and",
      "that",
      "is",
      "all",
      "I",
      "know",
      "of",
    );
    expect(aligned("It costs $5 and that is all I know of", words)?.slice(1, 4)).toEqual([
      [" ", "costs", 1, 1.5],
      [" ", "$5", 2, 3.5],
      [" ", "and", 4, 4.5],
    ]);
  });

  test("leave text without words the silence between its neighbours", () => {
    expect(aligned("one (laughs) two three", each("one", "two", "three"))?.slice(0, 3)).toEqual([
      ["", "one", 0, 0.5],
      [" ", "(laughs)", 0.5, 1],
      [" ", "two", 1, 1.5],
    ]);
    expect(aligned("Intro: one two outro", each("one", "two"))).toEqual([
      ["", "Intro:", 0, 0],
      [" ", "one", 0, 0.5],
      [" ", "two", 1, 1.5],
      [" ", "outro", 1.5, 1.5],
    ]);
  });

  test("do not match inside of other words", () => {
    expect(aligned("this is a test", each("is", "a", "test"))?.map(([, text]) => text)).toEqual([
      "this",
      "is",
      "a",
      "test",
    ]);
  });
});

test("words of another speech are not aligned", () => {
  expect(
    doAtOnce(alignWords("good evening everybody", each("bonsoir", "tout", "le", "monde"))),
  ).toBeUndefined();
  expect(doAtOnce(alignWords("good evening", []))).toBeUndefined();
});
