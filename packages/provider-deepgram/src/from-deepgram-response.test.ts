import { doAtOnce } from "@earshot/core";
import { readFixtures } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { fromDeepgramResponse } from "./from-deepgram-response.ts";
import type { DeepgramAnswer } from "./from-deepgram-response.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

const read = (body: unknown, asked: Partial<DeepgramAnswer["asked"]> = {}) =>
  doAtOnce(
    fromDeepgramResponse({
      provider: "deepgram",
      body: JSON.stringify(body),
      requestId: "from-the-header",
      asked: { language: undefined, multichannel: false, warnings: [], ...asked },
      secrets: ["deepgram-test-0123456789"],
    }),
  );

const readFixture = (name: string, asked: Partial<DeepgramAnswer["asked"]> = {}) =>
  read(fixture(name).body, asked);

test("words read as they do in the text", () => {
  const { text, words = [] } = readFixture("detected");
  expect(words.map((word) => word.text).join(" ")).toBe(text);
  expect(words[2]).toEqual({
    text: "my",
    startSeconds: 1.04,
    endSeconds: 1.36,
    confidence: 0.908,
  });
  expect(readFixture("unpunctuated").words?.[1]?.text).toBe("so");
});

test("utterances are segments; without them the sentences of the paragraphs are", () => {
  expect(readFixture("utterances").segments).toHaveLength(4);
  expect(readFixture("detected").segments).toEqual([
    {
      text: "And so, my fellow Americans, ask not what your country can do for you.",
      startSeconds: 0.32,
      endSeconds: 7.6,
    },
    {
      text: "Ask what you can do for your country.",
      startSeconds: 8.08,
      endSeconds: 10.56,
    },
  ]);
});

test("speakers are numbers in words and segments, and no part of the text", () => {
  const { text, segments, words } = readFixture("diarized");
  expect(text).toBe("Good morning. May I have your name? My name is Ada.");
  expect(segments?.map(({ speaker }) => speaker)).toEqual(["0", "1"]);
  expect(words?.at(-1)).toMatchObject({ text: "Ada.", speaker: "1" });
});

describe("several channels", () => {
  test("become one conversation in the order of time, with the channels as speakers", () => {
    const transcript = readFixture("multichannel", { multichannel: true });
    expect(transcript.text).toBe("Good morning. May I have your name? My name is Ada. Thank you.");
    expect(transcript.segments?.map(({ text, speaker }) => `${speaker}: ${text}`)).toEqual([
      "0: Good morning. May I have your name?",
      "1: My name is Ada.",
      "0: Thank you.",
    ]);
    expect(transcript.words?.map(({ text }) => text).join(" ")).toBe(transcript.text);
  });

  test("are billed one by one", () => {
    const { durationSeconds, usage } = readFixture("multichannel", { multichannel: true });
    expect(durationSeconds).toBe(5);
    expect(usage).toEqual({ type: "duration", seconds: 10 });
  });

  const channel = (transcript: string, start: number, speaker?: number) => ({
    alternatives: [{ transcript, words: [{ word: transcript, start, end: start + 1, speaker }] }],
  });

  test("without utterances take turns as a whole", () => {
    const channels = [channel("later", 4), channel("earlier", 1), channel("", 0)];
    expect(read({ results: { channels } }).text).toBe("earlier later");
  });

  test("with speakers of their own tell both", () => {
    const channels = [channel("one", 0, 0), channel("two", 2, 1)];
    expect(read({ results: { channels } }).words?.map(({ speaker }) => speaker)).toEqual([
      "channel 0 speaker 0",
      "channel 1 speaker 1",
    ]);
  });
});

describe("the language", () => {
  test("is what was detected, as an ISO code", () => {
    expect(readFixture("detected")).toMatchObject({ language: "en", languages: ["en"] });
    const channels = [{ detected_language: "zh-TW", alternatives: [{ transcript: "你好" }] }];
    expect(read({ results: { channels } })).toMatchObject({ language: "zh", text: "你好" });
  });

  test("is the most frequent one of several", () => {
    expect(readFixture("multilingual")).toMatchObject({ language: "es", languages: ["es", "en"] });
  });

  test("is the one that was asked for when nothing was detected", () => {
    const channels = [{ alternatives: [{ transcript: "Hallo" }] }];
    const transcript = read({ results: { channels } }, { language: "de" });
    expect(transcript.language).toBe("de");
    expect(transcript.languages).toBeUndefined();
    expect(read({ results: { channels } }).language).toBeUndefined();
  });
});

test("Deepgram's own warnings come after ours", () => {
  const ours = { param: "prompt", message: "Left out." };
  expect(readFixture("warnings", { warnings: [ours] }).warnings).toEqual([
    ours,
    { param: "summarize", message: "Summarization isn’t supported for the detected language." },
  ]);
});

test("words without times and utterances without text are left out", () => {
  const words = [
    { word: "no-end", start: 1 },
    { word: "negative", start: -1, end: 1 },
    { word: " ", start: 0, end: 1 },
    { word: "late", start: 3, end: 2, confidence: 7 },
  ];
  const results = {
    channels: [{ alternatives: [{ transcript: "late", words }] }],
    utterances: [{ start: 0, end: 1, transcript: "" }],
  };
  const transcript = read({ results });
  expect(transcript.words).toEqual([{ text: "late", startSeconds: 3, endSeconds: 3 }]);
  expect(transcript.segments).toBeUndefined();
  expect(transcript.requestId).toBe("from-the-header");
});

test.each([
  ["no channel", []],
  ["a channel without a reading", [{}]],
  ["a reading without a text", [{ alternatives: [{}] }]],
  ["a text that is none", [{ alternatives: [{ transcript: 5 }] }]],
  ["one channel of two", [{ alternatives: [{ transcript: "Hi." }] }, {}]],
])("an answer with %s is a bad response, not silence", (_what, channels) => {
  expect(() => read({ results: { channels } })).toThrow(
    /without (?:a text in )?`results\.channels`/u,
  );
});

test("an error behind a success is told as one", () => {
  const channels = [{ alternatives: [{ transcript: "" }] }];
  expect(() => read({ error: "Out of credits", results: { channels } })).toThrow(
    expect.objectContaining({ code: "quota_exhausted" }),
  );
});

test("an answer without a transcript is a bad response", () => {
  expect(() => readFixture("accepted")).toThrow(/without `results\.channels`/u);
});
