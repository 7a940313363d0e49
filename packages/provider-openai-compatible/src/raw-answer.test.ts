import { doAtOnce } from "@earshot/core";
import type { ResponseFormat } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { readRawAnswer } from "./raw-answer.ts";

const read = (format: ResponseFormat, body: string, contentType?: string) =>
  doAtOnce(readRawAnswer({ provider: "acme", format, body, contentType }));

const textOf = (format: ResponseFormat, body: string, contentType?: string): unknown => {
  const content = read(format, body, contentType);
  return "transcript" in content ? content.transcript.text : content.fields;
};

const refused = expect.objectContaining({ code: "bad_response", provider: "acme" });

const CUES = "00:00:00.000 --> 00:00:01.000\nHi.\n\n";
const SRT = "1\n00:00:00,000 --> 00:00:01,000\nHi.\n\n";

describe("text", () => {
  test.each([
    ["plain", "Hi.\n", "text/plain; charset=utf-8"],
    ["of no type", "Hi.", ""],
    ["of a type that says nothing", "Hi.", "application/octet-stream"],
    ["called HTML", "Hi.\n", "text/html; charset=utf-8"],
    ["that JSON wraps", '"Hi."', "application/json"],
    ["in subtitles", SRT, "text/plain"],
    ["in WebVTT", `WEBVTT\n\n${CUES}`, "text/vtt"],
  ])("%s is read", (_what, body, type) => {
    expect(textOf("text", body, type)).toBe("Hi.");
  });

  test("may have lost a character, as whisper.cpp cuts some in two", () => {
    const cut = "今日はいい天気ですね。明日も晴れるでしょ\ufffd";
    expect(textOf("text", cut, "text/plain")).toBe(cut);
    expect(textOf("srt", SRT.replace("Hi.", cut), "text/plain")).toBe(cut);
    expect(() => textOf("text", "\ufffd\ufffd\u001b9\ufffd", "text/plain")).toThrow(refused);
    expect(() => textOf("text", "h\ufffd\ufffdo", "text/plain")).toThrow(refused);
  });

  test("in a JSON object is left to whoever reads JSON", () => {
    expect(textOf("text", '{"text":"Hi."}', "text/plain")).toEqual({ text: "Hi." });
    expect(textOf("srt", '{"error":"no"}', "application/json")).toEqual({ error: "no" });
  });

  test.each([
    ["HTML called HTML", 'Moved <a href="/login">here</a>.', "text/html"],
    ["prose called JSON", "Hi.", "application/json"],
    ["a server's message called bytes", "Bad Gateway", "application/octet-stream"],
    ["an image", "Hi.", "image/png"],
    ["events", "Hi.", "text/event-stream"],
    ["a list", "[1,2]", "text/plain"],
    ["JSON without a text", '{"ok":true}', "text/plain"],
    ["a text that is none", '{"text":5}', "application/json"],
  ])("is not %s", (_what, body, type) => {
    expect(() => read("text", body, type)).toThrow(refused);
  });
});

describe("nothing", () => {
  test.each(["text/plain", "text/plain; charset=utf-8", undefined])("of %s is silence", (type) => {
    for (const format of ["text", "srt", "vtt"] as const)
      expect(textOf(format, "\n", type)).toBe("");
  });

  test.each(["", "text/html", "application/json", "application/octet-stream"])(
    "of the type '%s' is nothing",
    (type) => {
      for (const format of ["text", "srt", "vtt"] as const)
        expect(() => read(format, "", type)).toThrow(refused);
    },
  );

  test("may be said by a VTT of notes and by an empty text in JSON", () => {
    expect(textOf("vtt", "WEBVTT - acme\n\nNOTE made by acme\n\nSTYLE\n::cue {}\n", "")).toBe("");
    expect(textOf("text", '""', "application/json")).toBe("");
  });
});

describe("subtitles", () => {
  test.each([
    ["srt", SRT, "text/plain"],
    ["srt", SRT.replaceAll("\n", "\r\n"), "application/x-subrip"],
    ["srt", SRT, "application/octet-stream"],
    ["srt", JSON.stringify(SRT), "application/json"],
    ["vtt", `WEBVTT\n\n${CUES}`, "text/vtt"],
    ["vtt", `\ufeffWEBVTT Kind: captions\n\n${CUES}`, "text/plain"],
  ] as const)("in %s: %j as %s", (format, body, type) => {
    expect(textOf(format, body, type)).toBe("Hi.");
  });

  test.each([
    ["srt", SRT.slice(2), "text/plain"],
    ["srt", `\r\n${SRT}`, "text/plain"],
    ["srt", "0\n00:00,000 --> 00:01,000\nHi.\n\n", "text/plain"],
    ["vtt", `\n\nWEBVTT\n\n${CUES}`, "text/vtt"],
    ["vtt", `\ufeff\r\nWEBVTT\r\n\r\n${CUES}`, "text/vtt"],
  ] as const)("may lack or have what players do not mind: %s, %j", (format, body, type) => {
    expect(textOf(format, body, type)).toBe("Hi.");
  });

  test.each([
    "Bad Gateway",
    "Error: model not loaded",
    "at 10:15:30",
    "Authorization: granted by Dr. Smith.",
    "Warning: there are delays on line 4.",
    'He said {"a":1}',
    "GET / HTTP/1.1",
  ])("may say anything, such as %j", (words) => {
    for (const text of [words, ` ${words}`]) {
      expect(textOf("srt", SRT.replace("Hi.", text), "text/plain")).toBe(words);
      expect(textOf("vtt", `WEBVTT\n\n${CUES.replace("Hi.", text)}`, "text/vtt")).toBe(words);
      expect(textOf("text", SRT.replace("Hi.", text), "text/plain")).toBe(words);
    }
  });

  test.each([
    ["srt", `Traceback (most recent call last):\n\n${SRT}`],
    ["srt", `[ERROR] out of memory\n${SRT}`],
    ["srt", "1\n9999999:00:00,000 --> 9999999:00:01,000\nHi.\n\n"],
    ["srt", "Hi."],
    ["srt", "1\n\n2\n\n"],
    ["srt", "<html></html>"],
    ["vtt", "Hi."],
    ["vtt", CUES],
    ["vtt", `WEBVTTX\n\n${CUES}`],
    ["vtt", "WEBVTT\n\nupstream connect error"],
    ["vtt", "WEBVTT\n\n00:00:00.000 --> "],
  ] as const)("in %s are not %j", (format, body) => {
    expect(() => read(format, body, "text/plain")).toThrow(refused);
  });

  test("never end before they start", () => {
    const content = read("srt", "1\n00:00:05,000 --> 00:00:01,000\nHi.\n\n", "text/plain");
    expect(content).toMatchObject({
      transcript: { segments: [{ startSeconds: 5, endSeconds: 5 }] },
    });
  });
});
