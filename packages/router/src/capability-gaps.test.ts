import { describe, expect, it } from "vitest";
import { ableToAll, ableToLittle, plainRequirements } from "../test/router-world.ts";
import { capabilityGaps, reluctance } from "./capability-gaps.ts";
import type { Capable } from "./capability-gaps.ts";
import type { Requirements } from "./types.ts";

const all: Capable = { capabilities: ableToAll };
const little: Capable = { capabilities: ableToLittle };
const asking = (differs: Partial<Requirements>): Requirements => ({
  ...plainRequirements,
  ...differs,
});
const needing = (needs: Partial<Requirements["needs"]>): Pick<Requirements, "needs"> => ({
  needs: { ...plainRequirements.needs, ...needs },
});
const gapsOf = (capable: Capable, differs: Partial<Requirements>) =>
  capabilityGaps(capable, asking(differs));
const withCapabilities = (differs: Partial<typeof ableToAll>): Capable => ({
  capabilities: { ...ableToAll, ...differs },
});

describe("what a deployment lacks", () => {
  it("is nothing for a plain request", () => {
    expect(gapsOf(little, {})).toEqual([]);
  });

  it.each<{ asked: Partial<Requirements>; param: string; hard: boolean; text: string }>([
    { asked: { task: "translate" }, param: "model", hard: true, text: "no translation" },
    {
      asked: { urlInput: true },
      param: "url",
      hard: true,
      text: "does not fetch audio from a URL",
    },
    {
      asked: needing({ words: true }),
      param: "timestamp_granularities",
      hard: false,
      text: "no word times",
    },
    {
      asked: { ...needing({ segments: true }), responseFormat: "srt" },
      param: "response_format",
      hard: false,
      text: "no segment times",
    },
    { asked: needing({ speakers: true }), param: "diarize", hard: false, text: "no speakers" },
    {
      asked: { ...needing({ speakers: true }), responseFormat: "diarized_json" },
      param: "response_format",
      hard: false,
      text: "no speakers",
    },
    {
      asked: { knownSpeakers: 1 },
      param: "known_speaker_names",
      hard: false,
      text: "no known speakers",
    },
    { asked: { logprobs: true }, param: "include", hard: false, text: "no logprobs" },
  ])("can be: $text ($param)", ({ asked, ...gap }) => {
    expect(gapsOf(little, asked)).toEqual([{ code: "unsupported_feature", ...gap }]);
    expect(gapsOf(all, asked)).toEqual([]);
  });

  it("can be size, by the provider's or the operator's limit, whichever is less", () => {
    const provider = withCapabilities({ maxSizeBytes: 25 * 1024 * 1024 });
    const sizeBytes = 30 * 1024 * 1024 + 600_000;
    expect(gapsOf(provider, { sizeBytes })).toEqual([
      {
        code: "audio_too_large",
        param: "file",
        hard: true,
        text: "takes at most 25 MB (the file has 30.57 MB)",
      },
    ]);
    expect(gapsOf(provider, { sizeBytes: 25 * 1024 * 1024 })).toEqual([]);
    expect(gapsOf({ ...provider, maxSizeBytes: 1024 }, { sizeBytes: 2048 })).toHaveLength(1);
    expect(gapsOf(provider, {})).toEqual([]);
  });

  it("can be length, too much or too little", () => {
    const bounded = withCapabilities({ minDurationSeconds: 0.1, maxDurationSeconds: 1500 });
    const codes = (durationSeconds: number) =>
      gapsOf(bounded, { durationSeconds }).map(({ code }) => code);
    expect(codes(1500)).toEqual([]);
    expect(codes(1501)).toEqual(["audio_too_long"]);
    expect(codes(0.05)).toEqual(["unsupported_media"]);
    expect(gapsOf(bounded, {})).toEqual([]);
  });

  it("can be the media type, whatever it is called", () => {
    const picky = withCapabilities({ mediaTypes: ["audio/wav", "audio/mpeg", "audio/mp4"] });
    const accepts = (mediaType: string) => gapsOf(picky, { mediaType }).length === 0;
    for (const type of [
      "audio/wav",
      "Audio/X-WAV",
      "audio/mp3",
      "audio/x-m4a",
      "audio/wav; rate=1",
    ])
      expect(accepts(type)).toBe(true);
    expect(accepts("application/octet-stream")).toBe(true);
    expect(gapsOf(picky, { mediaType: "audio/flac" })).toEqual([
      {
        code: "unsupported_media",
        param: "file",
        hard: true,
        text: "does not take audio/flac",
      },
    ]);
  });

  it("can be a language, whatever it is called", () => {
    const english = withCapabilities({ languages: ["en"] });
    const missing = (...languages: string[]) =>
      gapsOf(english, { languages }).map(({ text }) => text);
    expect(missing("en")).toEqual([]);
    expect(missing("en-GB")).toEqual([]);
    expect(missing("english")).toEqual([]);
    expect(missing("en", "de")).toEqual(["not the language de"]);
    expect(missing()).toEqual([]);
  });

  it("counts known speakers", () => {
    expect(gapsOf(all, { knownSpeakers: 4 })).toEqual([]);
    expect(gapsOf(all, { knownSpeakers: 5 })[0]?.text).toBe("at most 4 known speakers");
  });

  it("is no segment times where they can be built from words or come with the format", () => {
    const request = { ...needing({ segments: true }), responseFormat: "srt" } as const;
    const words = { capabilities: { ...ableToLittle, wordTimestamps: "measured" } } as const;
    const native = { capabilities: { ...ableToLittle, nativeFormats: ["srt"] } } as const;
    expect(gapsOf(words, request)).toEqual([]);
    expect(gapsOf(native, request)).toEqual([]);
  });

  it("can be several things at once", () => {
    const texts = gapsOf(little, { ...needing({ words: true }), logprobs: true }).map(
      ({ text }) => text,
    );
    expect(texts).toEqual(["no word times", "no logprobs"]);
  });
});

describe("how reluctantly a deployment is taken", () => {
  it("counts estimated times and imitated streams, when they are asked for", () => {
    const estimating = withCapabilities({ wordTimestamps: "estimated", streaming: false });
    expect(reluctance(estimating, plainRequirements)).toBe(0);
    expect(reluctance(estimating, asking({ stream: true }))).toBe(1);
    expect(reluctance(estimating, asking({ stream: true, ...needing({ words: true }) }))).toBe(2);
    expect(reluctance(all, asking({ stream: true, ...needing({ words: true }) }))).toBe(0);
  });
});
