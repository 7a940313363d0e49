import { doAtOnce } from "@earshot/core";
import type { Segment, Word } from "@earshot/core";
import { expect, test } from "vitest";
import { cheapestCuts } from "./cheapest-cuts.ts";
import { completeTranscript } from "./complete-transcript.ts";
import { renderTranscript } from "./render-transcript.ts";
import { repairTimes } from "./repair-times.ts";
import { createSpeakerNames } from "./speaker-names.ts";

// Sizes at which a walk along all of the text for every piece of it would take minutes.

const NEEDS = { words: true, segments: true, speakers: false };

const subtitlesOf = (answer: {
  readonly text: string;
  readonly segments?: readonly Segment[];
  readonly words?: readonly Word[];
}): string => {
  const transcript = { ...answer, warnings: [] };
  const completed = completeTranscript(transcript, NEEDS, { dropUnsupported: true });
  return renderTranscript(completed, { responseFormat: "srt" }).body;
};

const inOneSecond = (text: string): string =>
  subtitlesOf({ text, segments: [{ text, startSeconds: 0, endSeconds: 1 }] });

test.each([
  ["words of a script without spaces", "漢字。".repeat(100_000)],
  ["opening brackets", "「".repeat(300_000)],
  ["closing punctuation", `あ${"。".repeat(300_000)}`],
  ["letters without width", `あ${"\u200b".repeat(300_000)}`],
  ["letters of one word", "a".repeat(1_000_000)],
  ["words without width", "\u200b ".repeat(100_000)],
])("a text of countless %s becomes subtitles", (_, text) => {
  expect(inOneSecond(text)).toContain("-->");
});

test("a hundred thousand words without a sentence become subtitles", () => {
  const words = Array.from({ length: 100_000 }, (_, index) => ({
    text: "word",
    startSeconds: index / 10,
    endSeconds: (index + 1) / 10,
  }));
  const text = words.map((word) => word.text).join(" ");
  expect(subtitlesOf({ text, words }).match(/word/gu)).toHaveLength(100_000);
});

test("a missing text is put together from countless segments", () => {
  const segments = Array.from({ length: 200_000 }, (_, index) => ({
    text: "some ten letters",
    startSeconds: index,
    endSeconds: index + 1,
  }));
  expect(doAtOnce(repairTimes({ text: "", segments, warnings: [] })).text).toHaveLength(
    200_000 * 17 - 1,
  );
});

test("a hundred thousand numbered speakers are named", () => {
  const nameOf = createSpeakerNames();
  const names = Array.from({ length: 100_000 }, (_, index) => nameOf(`speaker_${index}`));
  expect(new Set(names).size).toBe(100_000);
});

test("every range is asked for until one is too long, and none longer", () => {
  let asked = 0;
  const ranges = cheapestCuts(10_000, ({ from, to }) => {
    asked += 1;
    return to - from > 8 ? undefined : 1;
  });
  expect(ranges).toHaveLength(1250);
  expect(asked).toBeLessThanOrEqual(10_000 * 9);
});
