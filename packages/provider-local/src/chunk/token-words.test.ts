import { describe, expect, it } from "vitest";
import type { Decoded } from "../engine/speech-engine.ts";
import { tokenWords } from "./token-words.ts";

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
