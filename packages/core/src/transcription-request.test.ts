import { expect, test } from "vitest";
import { needsOf } from "./transcription-request.ts";
import type { ResponseFormat, TimestampGranularity } from "./transcription-request.ts";

type Case = readonly [
  format: ResponseFormat,
  granularities: readonly TimestampGranularity[],
  needs: string,
];

const CASES: readonly Case[] = [
  ["json", [], ""],
  ["text", [], ""],
  ["srt", [], "segments"],
  ["vtt", [], "segments"],
  ["verbose_json", [], "segments"],
  ["verbose_json", ["segment"], "segments"],
  ["verbose_json", ["word"], "words"],
  ["verbose_json", ["word", "segment"], "segments words"],
  ["diarized_json", [], "segments speakers"],
  ["srt", ["word"], "segments words"],
];

test.each(CASES)("%s with %j needs: %s", (responseFormat, timestampGranularities, expected) => {
  const needs = needsOf({ responseFormat, timestampGranularities, diarize: false });
  const named = Object.entries(needs).flatMap(([name, needed]) => (needed ? [name] : []));
  expect(named.join(" ")).toBe(expected);
});

test("speakers may be wanted with any format", () => {
  const request = { responseFormat: "json", timestampGranularities: [], diarize: true } as const;
  expect(needsOf(request)).toEqual({ segments: false, words: false, speakers: true });
});
