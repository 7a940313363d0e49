import * as fc from "fast-check";
import { expect, test } from "vitest";
import { arbitraryBrokenTranscript, arbitraryWords } from "../test/arbitrary-transcripts.ts";
import { parseSrt, parseVtt } from "../test/parse-subtitles.ts";
import { transcriptOf } from "../test/samples.ts";
import type { Cue } from "./cue.ts";
import { cuesOf } from "./cues-of.ts";
import { toSrt, toVtt } from "./subtitles.ts";
import { columnsOf } from "./writing-system.ts";

const visible = (text: string): string => text.replaceAll(/[\s\p{Cc}]+/gu, "");
const visibleOf = (cues: readonly Cue[]): string =>
  visible(cues.flatMap(({ lines }) => lines).join(""));
const sorted = (text: string): string => Array.from(text).toSorted().join("");

const expectOrderly = (cues: readonly Cue[]): void => {
  let previousEnd = 0;
  for (const { startSeconds, endSeconds, lines } of cues) {
    expect(startSeconds).toBeGreaterThanOrEqual(previousEnd);
    expect(endSeconds).toBeGreaterThan(startSeconds);
    expect(lines.length).toBeGreaterThan(0);
    for (const line of lines) expect(line).toMatch(/\S/u);
    previousEnd = endSeconds;
  }
};

test("cues hold every character of the text, in order", () => {
  fc.assert(
    fc.property(arbitraryWords, (words) => {
      const text = words.map((word) => word.text).join(" ");
      const cues = cuesOf(transcriptOf({ text, words }));
      expect(visibleOf(cues)).toBe(visible(text));
    }),
  );
});

test("cues never overlap, fit their lines and their time", () => {
  fc.assert(
    fc.property(arbitraryWords, (words) => {
      const text = words.map((word) => word.text).join(" ");
      const cues = cuesOf(transcriptOf({ text, words }));
      expectOrderly(cues);
      for (const { startSeconds, endSeconds, lines } of cues) {
        expect(lines.length).toBeLessThanOrEqual(2);
        for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(42);
        expect(endSeconds - startSeconds).toBeLessThanOrEqual(7.001);
        expect(endSeconds - startSeconds).toBeGreaterThan(0.199);
      }
    }),
  );
});

test("each cue begins with its first word, unless the one before needs that moment", () => {
  fc.assert(
    fc.property(arbitraryWords, (words) => {
      const starts = new Set(words.map(({ startSeconds }) => Math.round(startSeconds * 1000)));
      const plain = words.filter(({ text }) => /^[a-z]+$/u.test(text));
      const cues = cuesOf(
        transcriptOf({ text: plain.map(({ text }) => text).join(" "), words: plain }),
      );
      cues.forEach(({ startSeconds }, index) => {
        const waited = startSeconds === cues[index - 1]?.endSeconds;
        expect(waited || starts.has(Math.round(startSeconds * 1000))).toBe(true);
      });
    }),
  );
});

test("the worst times lose no character either", () => {
  fc.assert(
    fc.property(arbitraryBrokenTranscript, ({ words = [], durationSeconds }) => {
      const text = words.map((word) => word.text).join(" ");
      const duration = durationSeconds === undefined ? {} : { durationSeconds };
      const cues = cuesOf(transcriptOf({ text, words, ...duration }));
      expectOrderly(cues);
      expect(sorted(visibleOf(cues))).toBe(sorted(visible(text)));
    }),
  );
});

test("a subtitle file reads back as the cues it was made of", () => {
  fc.assert(
    fc.property(arbitraryBrokenTranscript, (transcript) => {
      const cues = cuesOf(transcript);
      expect(parseVtt(toVtt(cues))).toEqual(cues);
      const read = parseSrt(toSrt(cues));
      expect(toSrt(read)).toBe(toSrt(cues));
      expect(read.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds])).toEqual(
        cues.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]),
      );
    }),
  );
});
