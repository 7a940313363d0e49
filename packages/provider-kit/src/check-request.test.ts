import type {
  AudioFile,
  Capabilities,
  TranscriptionError,
  TranscriptionRequest,
} from "@earshot/core";
import { describe, expect, test } from "vitest";
import { checkRequest } from "./check-request.ts";

const capable: Capabilities = {
  nativeFormats: ["json"],
  wordTimestamps: "measured",
  segmentTimestamps: true,
  diarization: true,
  maxKnownSpeakers: 2,
  streaming: false,
  translation: false,
  prompt: true,
  maxPromptCharacters: 10,
  keywords: true,
  temperature: true,
  logprobs: false,
  languages: ["en", "zh", "multi"],
  languageDetection: true,
  urlInput: false,
  mediaTypes: ["audio/wav", "audio/mpeg"],
  maxSizeBytes: 1024 * 1024,
  maxDurationSeconds: 60,
  minDurationSeconds: 0.1,
};

const file: AudioFile = {
  type: "file",
  fileName: "a.wav",
  mediaType: "audio/wav",
  sizeBytes: 1024 * 1024,
  durationSeconds: 60,
  open: () => {
    throw new Error("the audio must not be touched");
  },
};

const plain: TranscriptionRequest = {
  audio: file,
  model: "m1",
  task: "transcribe",
  languages: [],
  prompt: undefined,
  keywords: [],
  temperature: undefined,
  responseFormat: "json",
  timestampGranularities: [],
  include: [],
  stream: false,
  chunkingStrategy: undefined,
  knownSpeakers: [],
  diarize: false,
  options: {},
};

const limits = {
  kind: "acme",
  capabilities: {
    default: capable,
    models: [
      {
        match: "wide",
        differs: { languages: "any" as const, urlInput: true, mediaTypes: "any" as const },
      },
    ],
  },
};

const check = (
  request: Partial<TranscriptionRequest>,
  rules: Partial<Capabilities> = {},
): TranscriptionError => {
  try {
    const { default: usual, models } = limits.capabilities;
    const capabilities = { default: { ...usual, ...rules }, models };
    checkRequest({ ...limits, capabilities }, { ...plain, ...request });
  } catch (error) {
    expect(error).toMatchObject({ provider: "acme" });
    // The matcher above has seen the code and provider of a TranscriptionError.
    return error as TranscriptionError;
  }
  throw new Error("nothing was refused");
};

const clip = "data:audio/wav;base64,AAAA";

type Refusal = readonly [
  what: string,
  request: Partial<TranscriptionRequest>,
  code: string,
  param: string,
];

const REFUSALS: readonly Refusal[] = [
  ["a translation", { task: "translate" }, "unsupported_feature", "model"],
  [
    "a URL",
    { audio: { type: "url", url: "https://a.example/a.wav" } },
    "unsupported_feature",
    "url",
  ],
  [
    "a URL that is none",
    { model: "wide", audio: { type: "url", url: "file:///etc/x" } },
    "invalid_request",
    "url",
  ],
  [
    "a file that is too large",
    { audio: { ...file, sizeBytes: 1024 * 1024 + 1 } },
    "audio_too_large",
    "file",
  ],
  [
    "audio that is too long",
    { audio: { ...file, durationSeconds: 60.1 } },
    "audio_too_long",
    "file",
  ],
  [
    "audio that is too short",
    { audio: { ...file, durationSeconds: 0.05 } },
    "unsupported_media",
    "file",
  ],
  ["a media type", { audio: { ...file, mediaType: "video/mp4" } }, "unsupported_media", "file"],
  ["a language", { languages: ["en", "de"] }, "unsupported_feature", "language"],
  ["a language that is none", { languages: ["klingon"] }, "unsupported_feature", "language"],
  ["a long prompt", { prompt: "x".repeat(11) }, "unsupported_feature", "prompt"],
  ["a keyword with a line break", { keywords: ["a", "b\nc"] }, "invalid_request", "keywords"],
  ["an empty keyword", { keywords: [" "] }, "invalid_request", "keywords"],
  [
    "too many speakers",
    { knownSpeakers: ["a", "b", "c"].map((name) => ({ name, reference: clip })) },
    "unsupported_feature",
    "known_speaker_names",
  ],
  [
    "a clip that is no data URL",
    { knownSpeakers: [{ name: "a", reference: "https://a.example/a.wav" }] },
    "invalid_request",
    "known_speaker_references",
  ],
  [
    "an empty clip",
    { knownSpeakers: [{ name: "a", reference: "data:," }] },
    "invalid_request",
    "known_speaker_references",
  ],
];

describe("checkRequest", () => {
  test.each(REFUSALS)("refuses %s", (...[, request, code, param]) => {
    expect(check(request)).toMatchObject({ code, param });
  });

  test.each<[string, Partial<TranscriptionRequest>]>([
    ["a plain request at every limit", {}],
    [
      "audio of unknown size, length and type",
      {
        audio: {
          ...file,
          sizeBytes: undefined,
          durationSeconds: undefined,
          mediaType: "application/octet-stream",
        },
      },
    ],
    [
      "a media type with parameters in capitals",
      { audio: { ...file, mediaType: "AUDIO/WAV; codecs=1" } },
    ],
    ["a locale of a known language", { languages: ["en-US", "cmn", "multi"] }],
    ["any language where any will do", { model: "wide", languages: ["klingon"] }],
    [
      "a URL where the provider fetches it",
      { model: "wide", audio: { type: "url", url: "https://a.example/a.wav" } },
    ],
    [
      "prompt, keywords and speakers within limits",
      {
        prompt: "x".repeat(10),
        keywords: ["O'Neil"],
        knownSpeakers: [{ name: "a", reference: clip }],
      },
    ],
  ])("takes %s", (_what, request) => {
    expect(() => checkRequest(limits, { ...plain, ...request })).not.toThrow();
  });

  test("knows the vendor's rules for keywords", () => {
    const rules = { forbiddenKeywordCharacters: "<>", maxKeywords: 2, maxKeywordCharacters: 5 };
    expect(check({ keywords: ["ok", "a<b"] }, rules).message).toContain("no keyword with `<`");
    expect(check({ keywords: ["a", "b", "c"] }, rules).message).toContain("at most 2 keywords (3");
    expect(check({ keywords: ["abcdef"] }, rules).message).toContain("at most 5 characters");
  });

  test("says who cannot do it, and what would work", () => {
    expect(check({ languages: ["de"] }).message).toBe(
      "acme/m1 does not know the language de, only en, zh, multi.",
    );
  });

  test("leaves out the hints that the model does not take, with a warning each", () => {
    const deaf = {
      kind: "acme",
      capabilities: { default: { ...capable, prompt: false, keywords: false, temperature: false } },
    };
    const hints = { prompt: "Ask not", keywords: ["Ada"], temperature: 0 };
    const { request, warnings } = checkRequest(deaf, { ...plain, ...hints });
    expect(request).toEqual(plain);
    expect(warnings).toEqual([
      { param: "prompt", message: "'prompt' was left out: acme/m1 takes no prompt." },
      { param: "keywords", message: "'keywords' was left out: acme/m1 takes no keywords." },
      {
        param: "temperature",
        message: "'temperature' was left out: acme/m1 takes no temperature.",
      },
    ]);
  });

  test("warns of what the answer will lack, by the model's own entry of the table", () => {
    const mute = { ...capable, diarization: false, logprobs: false };
    const differs = { diarization: true, logprobs: true };
    const capabilities = { default: mute, models: [{ match: "able", differs }] };
    const asked = { ...plain, include: ["logprobs"], diarize: true } as const;
    const { request, warnings } = checkRequest({ kind: "acme", capabilities }, asked);
    expect(request).toEqual(asked);
    expect(warnings.map(({ param }) => param)).toEqual(["diarize", "include"]);
    const able = checkRequest({ kind: "acme", capabilities }, { ...asked, model: "able" });
    expect(able.warnings).toEqual([]);
  });
});
