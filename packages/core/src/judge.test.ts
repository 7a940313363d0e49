import { describe, expect, it } from "vitest";
import type { Asked } from "./judge-rule.ts";
import { RULE_NAMES, RULES } from "./judge-rules.ts";
import { fitRequest, isBlocking, judge } from "./judge.ts";
import { ableToAll, JUDGE_EXAMPLES, plainlyAsked } from "./testing.ts";

const asking = (differs: Partial<Asked>): Asked => ({ ...plainlyAsked, ...differs });
const able = (differs: Partial<typeof ableToAll>) => ({ ...ableToAll, ...differs });
const rulesFor = (asks: Partial<Asked>, can: Partial<typeof ableToAll>) =>
  judge(asking(asks), able(can)).map(({ rule }) => rule);
const SETTINGS = { name: "acme/one", provider: "acme", dropParams: false };

describe("the judge", () => {
  it.each(RULE_NAMES)("finds %s, and nothing else", (rule) => {
    const { asks, can, text } = JUDGE_EXAMPLES[rule];
    expect(judge(asking(asks), able(can))).toMatchObject([{ rule, text }]);
    expect(rulesFor(asks, {})).toEqual(RULES[rule].kind === "refuse" ? [rule] : []);
  });

  it("finds nothing in a plain request", () => {
    const little = able({ nativeFormats: ["text"], translation: false, prompt: false });
    expect(judge(plainlyAsked, little)).toEqual([]);
  });

  it("lets only what blocks have an error, and only what is in vain lack one", () => {
    for (const rule of RULE_NAMES) {
      const { asks, can } = JUDGE_EXAMPLES[rule];
      for (const verdict of judge(asking(asks), able(can)))
        expect(verdict.code === undefined).toBe(!isBlocking(verdict));
    }
  });

  const bytes = (sizeBytes: number | undefined): Partial<Asked> => ({
    audio: { ...plainlyAsked.audio, type: "file", sizeBytes } as Asked["audio"],
  });

  it("takes what is just within a limit, and what is not known yet", () => {
    expect(rulesFor(bytes(1000), { maxSizeBytes: 1000 })).toEqual([]);
    expect(rulesFor(bytes(1001), { maxSizeBytes: 1000 })).toEqual(["file-size"]);
    expect(rulesFor(bytes(undefined), { maxSizeBytes: 1000 })).toEqual([]);
    expect(rulesFor({}, { minDurationSeconds: 30, maxDurationSeconds: 30 })).toEqual([]);
    expect(rulesFor({ prompt: "x".repeat(10) }, { maxPromptCharacters: 10 })).toEqual([]);
    expect(rulesFor({ keywords: ["a", "b"] }, { maxKeywords: 2 })).toEqual([]);
  });

  it("says how much is too much, also when it is one byte", () => {
    const [verdict] = judge(asking(bytes(1_048_577)), able({ maxSizeBytes: 1_048_576 }));
    expect(verdict?.text).toBe("takes at most 1048576 bytes (the file has 1048577)");
  });

  it("compares media types by meaning", () => {
    const audio = (mediaType: string): Partial<Asked> => ({
      audio: { ...plainlyAsked.audio, type: "file", mediaType } as Asked["audio"],
    });
    const mediaTypes = ["audio/wav", "audio/mpeg", "audio/mp4"];
    for (const type of ["Audio/X-WAV", "audio/mp3", "audio/x-m4a", "audio/wav; rate=1"])
      expect(rulesFor(audio(type), { mediaTypes })).toEqual([]);
    expect(rulesFor(audio("application/octet-stream"), { mediaTypes })).toEqual([]);
    expect(rulesFor(audio("audio/flac"), { mediaTypes })).toEqual(["media-type"]);
    expect(rulesFor(audio("audio/wav"), { mediaTypes: ["audio/x-wav"] })).toEqual([]);
  });

  it("compares languages by meaning", () => {
    const languages = ["en"];
    for (const hint of ["en", "en-GB", "english", "ENG"])
      expect(rulesFor({ languages: [hint] }, { languages })).toEqual([]);
    expect(rulesFor({ languages: ["en", "de"] }, { languages })).toEqual(["language"]);
  });

  it("asks for no times where words have them or the format comes from the provider", () => {
    const without = { segmentTimestamps: false, wordTimestamps: "none" } as const;
    const srt = { responseFormat: "srt" } as const;
    expect(rulesFor(srt, { ...without, wordTimestamps: "measured" })).toEqual([]);
    expect(rulesFor(srt, { ...without, nativeFormats: ["srt"] })).toEqual([]);
    const diarized = { responseFormat: "diarized_json", diarize: true } as const;
    expect(rulesFor(diarized, { diarization: false, nativeFormats: ["diarized_json"] })).toEqual(
      [],
    );
  });

  it("leaves keywords to models that hear of them in the prompt", () => {
    expect(rulesFor({ keywords: ["lorry"] }, { keywords: false, prompt: true })).toEqual([]);
    expect(rulesFor({ keywords: ["a".repeat(50)] }, { maxKeywordCharacters: 49 })).toEqual([
      "keyword-form",
    ]);
  });

  it("finds several things at once", () => {
    const asks = { responseFormat: "verbose_json", timestampGranularities: ["word"] } as const;
    const can = { wordTimestamps: "none", logprobs: false } as const;
    expect(rulesFor({ ...asks, include: ["logprobs"] }, can)).toEqual(["word-times", "logprobs"]);
  });
});

describe("a request that is fitted to a model", () => {
  it("stays the same where the model can do it all", () => {
    const fitted = fitRequest(asking({ prompt: "Lorry" }), ableToAll, SETTINGS);
    expect(fitted).toEqual({ request: asking({ prompt: "Lorry" }), dropped: [], missing: [] });
  });

  it("loses the hints that the model does not take", () => {
    const asked = asking({ prompt: "Lorry", temperature: 0.5, keywords: ["lorry"] });
    const can = able({ prompt: false, temperature: false, keywords: false });
    const { request, dropped } = fitRequest(asked, can, SETTINGS);
    expect(request).toEqual(plainlyAsked);
    expect(dropped.map(({ param }) => param)).toEqual(["prompt", "keywords", "temperature"]);
  });

  it("is refused beyond a limit, or with drop_params loses the field", () => {
    const asked = asking({ keywords: ["one", "two"] });
    const can = able({ maxKeywords: 1 });
    expect(() => fitRequest(asked, can, SETTINGS)).toThrow(
      expect.objectContaining({
        code: "unsupported_feature",
        param: "keywords",
        provider: "acme",
        message: "acme/one takes at most 1 keyword (2 were given).",
      }),
    );
    const dropping = fitRequest(asked, can, { ...SETTINGS, dropParams: true });
    expect(dropping.request).toEqual(plainlyAsked);
    expect(() =>
      fitRequest(asking({ task: "translate" }), able({ translation: false }), {
        ...SETTINGS,
        dropParams: true,
      }),
    ).toThrow("acme/one does not translate.");
  });

  it("keeps what the answer will merely lack", () => {
    const asked = asking({ include: ["logprobs"] });
    const { request, missing } = fitRequest(asked, able({ logprobs: false }), SETTINGS);
    expect([request, missing.map(({ rule }) => rule)]).toEqual([asked, ["logprobs"]]);
  });
});
