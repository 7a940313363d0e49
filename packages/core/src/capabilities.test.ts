import { describe, expect, test } from "vitest";
import { capabilitiesOf, matchesPattern } from "./capabilities.ts";
import type { Capabilities } from "./capabilities.ts";

describe("matchesPattern", () => {
  test.each([
    ["whisper-1", "whisper-1"],
    ["*", ""],
    ["*", "anything"],
    ["gpt-4o-*", "gpt-4o-transcribe"],
    ["*-diarize", "gpt-4o-transcribe-diarize"],
    ["gpt-*-transcribe*", "gpt-4o-mini-transcribe-2025-12-15"],
    ["a*b*c", "abbc"],
    ["nova.3", "nova.3"],
    ["**", "x"],
  ])("%s fits %s", (pattern, model) => {
    expect(matchesPattern(pattern, model)).toBe(true);
  });

  test.each([
    ["whisper-1", "whisper-12"],
    ["", "x"],
    ["gpt-4o-*", "gpt-4o"],
    ["*-diarize", "diarize"],
    ["a*b*c", "acb"],
    // The same letter cannot stand for the end of one part and the start of the next.
    ["ab*ba", "aba"],
    ["a*aa", "aa"],
    ["nova.3", "nova-3"],
  ])("%s does not fit %s", (pattern, model) => {
    expect(matchesPattern(pattern, model)).toBe(false);
  });
});

describe("capabilitiesOf", () => {
  const usual: Capabilities = {
    nativeFormats: ["json"],
    wordTimestamps: "none",
    segmentTimestamps: false,
    diarization: false,
    maxKnownSpeakers: 0,
    streaming: false,
    translation: false,
    prompt: true,
    keywords: false,
    temperature: true,
    logprobs: false,
    languages: "any",
    languageDetection: true,
    urlInput: false,
    mediaTypes: "any",
    maxSizeBytes: 100,
  };
  const table = {
    default: usual,
    models: [
      { match: "big-diarize", differs: { diarization: true } },
      { match: "big-*", differs: { streaming: true, maxSizeBytes: 200 } },
    ],
  };

  test("an unknown model is the usual one", () => {
    expect(capabilitiesOf(table, "small")).toEqual(usual);
    expect(capabilitiesOf({ default: usual }, "small")).toEqual(usual);
  });

  test("the first entry that fits is laid over it, and only that one", () => {
    expect(capabilitiesOf(table, "big-1")).toEqual({
      ...usual,
      streaming: true,
      maxSizeBytes: 200,
    });
    expect(capabilitiesOf(table, "big-diarize")).toEqual({ ...usual, diarization: true });
  });
});
