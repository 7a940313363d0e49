import { describe, expect, it } from "vitest";
import { madeSound } from "../../test/made-sound.ts";
import { estimateWords } from "./estimate-words.ts";
import { secondsOfFrame, voicedFrames } from "./voiced-frames.ts";

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
