import { describe, expect, it } from "vitest";
import { madeSound } from "../../test/made-sound.ts";
import type { Decoded } from "../engine/speech-engine.ts";
import { secondsOfFrame, voicedFrames } from "./voiced-frames.ts";
import { estimateWords, joinerOf, tokenWords, wordsOf } from "./word-times.ts";

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

const decoded = (given: Partial<Decoded>): Decoded => ({
  text: "",
  tokens: [],
  timestamps: [],
  durations: [],
  language: "",
  ...given,
});

describe("tokenWords", () => {
  it("joins pieces of words, and marks with the word before them", () => {
    const words = tokenWords(
      decoded({
        text: "Hello, wonderful world.",
        tokens: [" Hel", "lo", ",", " wonder", "ful", " world", "."],
        timestamps: [0.5, 0.7, 0.9, 1.2, 1.5, 2, 2.4],
        durations: [0.2, 0.2, 0, 0.3, 0.3, 0.4, 0],
      }),
      10,
    );
    expect(words).toEqual([
      { text: "Hello,", startSeconds: 0.5, endSeconds: expect.closeTo(0.9) },
      { text: "wonderful", startSeconds: 1.2, endSeconds: 1.8 },
      { text: "world.", startSeconds: 2, endSeconds: 2.4 },
    ]);
  });

  it("ends a token where the next one starts when there are no durations", () => {
    const words = tokenWords(
      decoded({ text: "AFTER EARLY", tokens: ["▁AFTER", "▁EAR", "LY"], timestamps: [0, 1, 1.5] }),
      1.6,
    );
    expect(words).toEqual([
      { text: "AFTER", startSeconds: 0, endSeconds: 1 },
      { text: "EARLY", startSeconds: 1, endSeconds: 1.6 },
    ]);
  });

  it("takes each Chinese character as a word", () => {
    const words = tokenWords(
      decoded({
        text: "你好",
        tokens: ["你", "好"],
        timestamps: [0.1, 0.4],
        durations: [0.2, 0.2],
      }),
      3,
    );
    expect(words?.map(({ text }) => text)).toEqual(["你", "好"]);
  });

  it.each<[string, Partial<Decoded>]>([
    ["there are no times", { text: "a", tokens: ["a"] }],
    ["there are too few", { text: "a b", tokens: ["a", " b"], timestamps: [1] }],
    ["the tokens are not the text", { text: "2", tokens: [" two"], timestamps: [1] }],
    ["there are no tokens", { text: "", tokens: [], timestamps: [] }],
  ])("knows nothing when %s", (_, given) => {
    expect(tokenWords(decoded(given), 5)).toBeUndefined();
  });
});

describe("voicedFrames", () => {
  it("finds what is loud against the background, at any level", () => {
    for (const gain of [1, 0.02]) {
      const sound = madeSound([1, 0.002 * gain], [1, 0.4 * gain], [1, 0.002 * gain]);
      const frames = voicedFrames(sound);
      expect(secondsOfFrame(frames[0] ?? -1)).toBeCloseTo(1);
      expect(secondsOfFrame((frames.at(-1) ?? -1) + 1)).toBeCloseTo(2);
    }
  });

  it("takes all of a sound without contrast", () => {
    expect(voicedFrames(madeSound([1, 0])).length).toBe(50);
  });
});

describe("estimateWords", () => {
  const frames = Array.from({ length: 100 }, (_, index) => index + 50);

  it("gives each word its share by letters", () => {
    const words = estimateWords("abc abcdefghi", frames);
    expect(words.map(({ text }) => text)).toEqual(["abc", "abcdefghi"]);
    expect(words[0]?.startSeconds).toBe(1);
    expect(words[1]?.startSeconds).toBe(1.5);
    expect(words[1]?.endSeconds).toBe(3);
  });

  it("puts no word into a pause", () => {
    const twoPhrases = [...Array(50).keys(), ...Array.from({ length: 50 }, (_, i) => i + 450)];
    const words = estimateWords("one two three four", twoPhrases);
    for (const { startSeconds } of words) {
      expect(startSeconds < 1 || startSeconds >= 9).toBe(true);
    }
  });

  it("never goes backwards, with more words than frames", () => {
    const words = estimateWords("a b c d e f g h", [3, 4]);
    expect(words).toHaveLength(8);
    let last = 0;
    for (const { startSeconds, endSeconds } of words) {
      expect(startSeconds).toBeGreaterThanOrEqual(last);
      expect(endSeconds).toBeGreaterThan(startSeconds);
      last = startSeconds;
    }
  });

  it("has nothing to say about no text", () => {
    expect(estimateWords("", frames)).toEqual([]);
  });
});
