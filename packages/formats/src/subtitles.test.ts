import { describe, expect, test } from "vitest";
import type { Cue } from "./cue.ts";
import { toSrt, toVtt } from "./subtitles.ts";

const cue = (fields: Partial<Cue>): Cue => ({
  startSeconds: 0,
  endSeconds: 1,
  lines: ["Hello."],
  ...fields,
});

describe("times", () => {
  const timing = (startSeconds: number, endSeconds: number): string | undefined =>
    toSrt([cue({ startSeconds, endSeconds })]).split("\n")[1];

  test.each([
    [0, 1, "00:00:00,000 --> 00:00:01,000"],
    [59.9996, 3599.9995, "00:01:00,000 --> 01:00:00,000"],
    [1.0004, 1.0005, "00:00:01,000 --> 00:00:01,001"],
    [359_999.5, 360_000, "99:59:59,500 --> 100:00:00,000"],
  ])("%d to %d", (start, end, expected) => {
    expect(timing(start, end)).toBe(expected);
  });

  test("vtt puts a point before the milliseconds", () => {
    expect(toVtt([cue({ endSeconds: 61.5 })])).toContain("00:00:00.000 --> 00:01:01.500\n");
  });
});

describe("text that would break the file", () => {
  test("blank lines and line breaks inside a line do not end the cue", () => {
    const lines = ["one\n\ntwo", "  ", "three\u0000"];
    expect(toSrt([cue({ lines })])).toBe("1\n00:00:00,000 --> 00:00:01,000\none two\nthree\n\n");
  });

  test("the arrow is no timing line", () => {
    expect(toSrt([cue({ lines: ["a --> b"] })])).toContain("\na → b\n");
    expect(toVtt([cue({ lines: ["a --> b"] })])).toContain("\na --&gt; b\n");
  });

  test("vtt escapes what it would take for markup, also in names", () => {
    const vtt = toVtt([cue({ lines: ["<b> & &amp;"], speaker: "R&D\n<x>" })]);
    expect(vtt).toContain("\n<v R&amp;D &lt;x&gt;>&lt;b&gt; &amp; &amp;amp;\n");
  });
});

test("srt names a speaker when the speaker changes, vtt on every cue", () => {
  const cues = [cue({ speaker: "Ana" }), cue({ speaker: "Ana" }), cue({ speaker: "Ben" })];
  const spokenLines = (body: string): readonly string[] =>
    body.split("\n").filter((line) => line.includes("Hello"));
  expect(spokenLines(toSrt(cues))).toEqual(["Ana: Hello.", "Hello.", "Ben: Hello."]);
  expect(spokenLines(toVtt(cues))).toEqual(["<v Ana>Hello.", "<v Ana>Hello.", "<v Ben>Hello."]);
});

test("without cues srt is empty and vtt is its header", () => {
  expect([toSrt([]), toVtt([])]).toEqual(["", "WEBVTT\n\n"]);
});
