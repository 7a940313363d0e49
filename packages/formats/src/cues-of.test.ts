import { describe, expect, test } from "vitest";
import { segmented, spoken, transcriptOf } from "../test/samples.ts";
import type { Saying } from "../test/samples.ts";
import type { Cue, CueOptions } from "./cue.ts";
import { cuesOf } from "./cues-of.ts";

const fromWords = (sayings: readonly Saying[], options?: CueOptions): readonly Cue[] => {
  const text = sayings.map(({ says }) => says).join(" ");
  return cuesOf(transcriptOf({ text, words: spoken(sayings) }), options);
};
const fromSegments = (sayings: readonly Saying[], durationSeconds?: number): readonly Cue[] =>
  cuesOf(
    transcriptOf({
      text: sayings.map(({ says }) => says).join(" "),
      segments: segmented(sayings),
      ...(durationSeconds === undefined ? {} : { durationSeconds }),
    }),
  );
const times = (cues: readonly Cue[]): readonly (readonly [number, number])[] =>
  cues.map(({ startSeconds, endSeconds }) => [startSeconds, endSeconds]);
const texts = (cues: readonly Cue[]): readonly string[] => cues.map(({ lines }) => lines.join("|"));

describe("where cues are cut", () => {
  test("a transcript without times has no cues", () => {
    expect(cuesOf(transcriptOf({ text: "Hello there.", durationSeconds: 3 }))).toEqual([]);
  });

  test("a silence over 0.7 seconds ends a cue, a shorter one does not", () => {
    const apart = (pause: number): readonly Cue[] =>
      fromWords([
        { from: 0, to: 1, says: "one two" },
        { from: 1 + pause, to: 2 + pause, says: "three four" },
      ]);
    expect(texts(apart(0.6))).toEqual(["one two three four"]);
    expect(texts(apart(0.8))).toEqual(["one two", "three four"]);
  });

  test("a change of speaker ends a cue, one named speaker alone is not named", () => {
    const says = (speaker: string): readonly Cue[] =>
      fromWords([
        { from: 0, to: 1, says: "so it goes", speaker: "0" },
        { from: 1, to: 2, says: "so it ends", speaker },
      ]);
    expect(says("1").map(({ speaker, lines }) => [speaker, ...lines])).toEqual([
      ["A", "so it goes"],
      ["B", "so it ends"],
    ]);
    expect(says("0")).toEqual([
      { startSeconds: 0, endSeconds: 2, lines: ["so it goes so it ends"] },
    ]);
  });

  test("two who talk at the same time keep their own words together", () => {
    const text = "I have always said that this can never work";
    const [first, second] = [
      spoken([{ from: 0, to: 4, says: text, speaker: "0" }]),
      spoken([{ from: 1.9, to: 2.2, says: "Yes.", speaker: "1" }]),
    ];
    const cues = cuesOf(transcriptOf({ text: `${text} Yes.`, words: [...first, ...second] }));
    expect(texts(cues)).toEqual([`I have always said|that this can never work`, "Yes."]);
    expect(times(cues)).toEqual([
      [0, 1.9],
      [1.9, 2.7],
    ]);
  });

  test("nothing is shown longer than 7 seconds, not even one long word", () => {
    const says = "Slowly the very old man began to speak to us";
    const cues = fromWords([{ from: 0, to: 30, says }]);
    expect(cues.length).toBeGreaterThan(4);
    for (const cue of cues) expect(cue.endSeconds - cue.startSeconds).toBeLessThanOrEqual(7);
    expect(times(fromWords([{ from: 2, to: 20, says: "Ommmm" }]))).toEqual([[2, 9]]);
  });

  test("no word is left alone on a line or in a cue", () => {
    const line = fromWords([
      { from: 0, to: 3, says: "we will meet again in the very same old place" },
    ]);
    expect(texts(line)).toEqual(["we will meet again|in the very same old place"]);
    const cue = fromWords([
      {
        from: 0,
        to: 6,
        says: "the committee has now decided unanimously that everyone will be heard before we vote today",
      },
    ]);
    expect(cue.length).toBe(2);
    for (const { lines } of cue) expect(lines.join(" ").split(" ").length).toBeGreaterThan(4);
  });

  test("the limits are options", () => {
    const sayings = [{ from: 0, to: 4, says: "one two three four five six seven eight" }];
    const cues = fromWords(sayings, { maxColumns: 14, maxLines: 1 });
    expect(texts(cues)).toEqual(["one two three", "four five six", "seven eight"]);
  });

  test("words that are not those of the text give way to the segments", () => {
    const segments = segmented([{ from: 1, to: 2, says: "This is the text." }]);
    const words = spoken([{ from: 5, to: 6, says: "entirely other speech" }]);
    const cues = cuesOf(transcriptOf({ text: "This is the text.", segments, words }));
    expect(cues).toEqual([{ startSeconds: 1, endSeconds: 2, lines: ["This is the text."] }]);
  });

  test("a long segment is cut inside its own bounds", () => {
    const cues = fromSegments([
      {
        from: 10,
        to: 16,
        says: "The first half of the sentence is here, and here is the second half of it, which is longer.",
      },
    ]);
    expect(cues.length).toBe(2);
    expect(cues[0]?.startSeconds).toBe(10);
    expect(cues[1]?.endSeconds).toBe(16);
    expect(cues[0]?.lines.at(-1)).toMatch(/,$/u);
  });
});

describe("when cues are shown", () => {
  test("a short cue stays into the silence after it, up to the next cue", () => {
    const cues = fromSegments([
      { from: 0, to: 0.2, says: "No.", speaker: "a" },
      { from: 0.5, to: 0.7, says: "Yes.", speaker: "b" },
      { from: 5, to: 5.2, says: "No.", speaker: "a" },
    ]);
    expect(times(cues)).toEqual([
      [0, 0.5],
      [0.5, 1.3],
      [5, 5.8],
    ]);
  });

  test("fast speech stays until it can be read, but not past the end of the audio", () => {
    const says = "Forty columns of text read in two seconds";
    expect(times(fromSegments([{ from: 1, to: 1.5, says }]))).toEqual([[1, 3.05]]);
    expect(times(fromSegments([{ from: 1, to: 1.5, says }], 2.25))).toEqual([[1, 2.25]]);
  });

  test("cues at one and the same moment follow each other", () => {
    const cues = fromSegments([
      { from: 3, to: 3, says: "One.", speaker: "a" },
      { from: 3, to: 3, says: "Two.", speaker: "b" },
      { from: 3, to: 3, says: "Three.", speaker: "c" },
    ]);
    expect(times(cues)).toEqual([
      [3, 3.2],
      [3.2, 3.4],
      [3.4, 4.2],
    ]);
  });

  test("times that are no numbers, negative or out of order harm nothing", () => {
    const words = [
      { text: "one", startSeconds: -4, endSeconds: Number.NaN },
      { text: "two", startSeconds: Number.NaN, endSeconds: 0.6 },
      { text: "three", startSeconds: 0.5, endSeconds: Number.POSITIVE_INFINITY },
    ];
    expect(cuesOf(transcriptOf({ text: "one two three", words, durationSeconds: 4 }))).toEqual([
      { startSeconds: 0, endSeconds: 0.8, lines: ["one two three"] },
    ]);
  });
});
