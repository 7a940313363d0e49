import { doAtOnce } from "@earshot/core";
import type { Segment } from "@earshot/core";
import { expect, test } from "vitest";
import { transcriptOf } from "../test/samples.ts";
import { repairTimes } from "./repair-times.ts";

const at = (startSeconds: number, endSeconds: number, text = "x"): Segment => ({
  text,
  startSeconds,
  endSeconds,
});
const by = (speaker: string, segment: Segment): Segment => ({ ...segment, speaker });
const repaired = (segments: readonly Segment[], durationSeconds?: number): unknown =>
  doAtOnce(
    repairTimes(
      transcriptOf({
        text: "t",
        segments,
        ...(durationSeconds === undefined ? {} : { durationSeconds }),
      }),
    ),
  ).segments?.map(({ startSeconds, endSeconds, text }) => [startSeconds, endSeconds, text]);

test("negative times, ends before starts and ends past the audio are brought back", () => {
  expect(repaired([at(-2, 1), at(3, 2), at(8, 14), at(12, 13)], 10)).toEqual([
    [0, 1, "x"],
    [3, 3, "x"],
    [8, 10, "x"],
    [10, 10, "x"],
  ]);
});

test("times that are no numbers take the place they have in the list", () => {
  const broken = [at(1, 2, "a"), at(Number.NaN, Number.NaN, "b"), at(5, Number.NaN, "c")];
  expect(repaired(broken)).toEqual([
    [1, 2, "a"],
    [2, 2, "b"],
    [5, 5, "c"],
  ]);
});

test("the order is that of the starts, but a wobble of the clock does not swap text", () => {
  expect(repaired([at(4, 5, "later"), at(1, 2, "earlier")])).toEqual([
    [1, 2, "earlier"],
    [4, 5, "later"],
  ]);
  expect(repaired([at(1, 2, "first"), at(0.8, 3, "second")])).toEqual([
    [1, 2, "first"],
    [2, 3, "second"],
  ]);
});

test("one speaker does not overlap with himself, two may", () => {
  expect(repaired([by("0", at(0, 3, "a")), by("0", at(2, 4, "b"))])).toEqual([
    [0, 2, "a"],
    [2, 4, "b"],
  ]);
  expect(repaired([by("0", at(0, 3, "a")), by("1", at(2, 4, "b"))])).toEqual([
    [0, 3, "a"],
    [2, 4, "b"],
  ]);
});

test("items without text go, their fields otherwise stay", () => {
  const segments = [at(0, 1, " \n"), { ...at(1, 2, " yes"), seek: 7 }];
  expect(doAtOnce(repairTimes(transcriptOf({ text: "yes", segments }))).segments).toEqual([
    { text: " yes", startSeconds: 1, endSeconds: 2, seek: 7 },
  ]);
});

test("a duration that says nothing is dropped and clamps nothing", () => {
  for (const durationSeconds of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    const transcript = doAtOnce(
      repairTimes(transcriptOf({ text: "x", durationSeconds, segments: [at(1, 2)] })),
    );
    expect(transcript).toEqual(transcriptOf({ text: "x", segments: [at(1, 2)] }));
  }
});

test("missing text is put together from the segments", () => {
  const segments = [at(0, 1, " Good evening,"), at(1, 2, " all.")];
  expect(doAtOnce(repairTimes(transcriptOf({ segments }))).text).toBe("Good evening, all.");
});
