import { expect, test } from "vitest";
import { readSubtitles } from "./subtitle-cues.ts";

const textOf = (content: string): string | undefined =>
  readSubtitles(`1\n00:00:00,000 --> 00:00:01,000\n${content}\n\n`)[0]?.text;

test.each([
  ["<i>Hello</i> there", "Hello there"],
  ["<c.loud>Hello</c> <b>there", "Hello there"],
  ["2 < 3 and 4 > 3", "2 < 3 and 4 > 3"],
  ["a <b and no end", "a <b and no end"],
  ["a <b <i>c</i>", "a c"],
])("tags are no text: %s", (content, text) => {
  expect(textOf(content)).toBe(text);
});

test("a voice is the speaker, whatever the space around it", () => {
  const [cue] = readSubtitles("WEBVTT\n\n00:00.000 --> 00:01.000\n<v.loud   Ana Lima >Hi</v>\n");
  expect(cue).toMatchObject({ speaker: "Ana Lima", text: "Hi" });
});

// Where the end is looked for from every beginning, each of these takes minutes.
test.each([
  ["beginnings of tags", "<a".repeat(1_000_000)],
  ["spaces in a voice", `<v${" ".repeat(1_000_000)}x`],
  ["ends of tags", ">".repeat(1_000_000)],
  ["digits", "1".repeat(1_000_000)],
])("a cue of countless %s is read in one walk", (_, content) => {
  expect(textOf(content)).toBe(content);
});

test.each(["\n", "\r\n", "\r"])("lines may end in %j", (end) => {
  const file = ["1", "00:00:00,000 --> 00:00:01,000", "Hi", "Bob.", "", "", "2"].join(end);
  const second = ["", "00:00:01,000 --> 00:00:02,000", "Yes.", ""].join(end);
  expect(readSubtitles(file + second).map(({ text }) => text)).toEqual(["Hi Bob.", "Yes."]);
});

test("a cue that is longer than any answer's text is not looked at", () => {
  const [cue] = readSubtitles(`1\n00:00:00,000 --> 00:00:01,000\n${"a\n".repeat(2_000_000)}`);
  expect(cue?.text.length).toBeGreaterThan(4_000_000);
});
