import { doAtOnce } from "@earshot/core";
import { expect, test } from "vitest";
import { spoken } from "../test/samples.ts";
import { segmentsOfWords } from "./segments-of-words.ts";

test("one segment a sentence, with the text as it reads and the times of its words", () => {
  const words = spoken([
    { from: 1, to: 2, says: "good morning dr weiss" },
    { from: 2.2, to: 3, says: "sit down" },
  ]);
  expect(doAtOnce(segmentsOfWords("Good morning, Dr. Weiss! Sit down.", words))).toEqual([
    { text: "Good morning, Dr. Weiss!", startSeconds: 1, endSeconds: 2 },
    { text: "Sit down.", startSeconds: 2.2, endSeconds: 3 },
  ]);
});

test("a change of speaker and a pause over a second end a segment", () => {
  const words = spoken([
    { from: 0, to: 1, says: "are you there", speaker: "0" },
    { from: 1, to: 2, says: "i am", speaker: "1" },
    { from: 3.2, to: 4, says: "still here", speaker: "1" },
  ]);
  expect(doAtOnce(segmentsOfWords("are you there i am still here", words))).toEqual([
    { text: "are you there", startSeconds: 0, endSeconds: 1, speaker: "0" },
    { text: "i am", startSeconds: 1, endSeconds: 2, speaker: "1" },
    { text: "still here", startSeconds: 3.2, endSeconds: 4, speaker: "1" },
  ]);
});

test("speech without punctuation is cut at its longest pauses, into at most 15 seconds", () => {
  const part = "and so we went on and on and on through the night";
  const words = spoken([
    { from: 0, to: 9, says: part },
    { from: 9.6, to: 18, says: part },
    { from: 18, to: 26, says: part },
  ]);
  const segments = doAtOnce(segmentsOfWords(`${part} ${part} ${part}`, words));
  expect(segments[0]).toEqual({ text: part, startSeconds: 0, endSeconds: 9 });
  for (const { startSeconds, endSeconds } of segments)
    expect(endSeconds - startSeconds).toBeLessThanOrEqual(15);
  expect(segments.map(({ text }) => text).join(" ")).toBe(`${part} ${part} ${part}`);
});
