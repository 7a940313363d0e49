import type { Capabilities, TranscriptionRequest } from "@earshot/core";
import { expect, test } from "vitest";
import { ignoredFields } from "./ignored-fields.ts";

const nothing: Capabilities = {
  nativeFormats: [],
  wordTimestamps: "none",
  segmentTimestamps: false,
  diarization: false,
  maxKnownSpeakers: 0,
  streaming: false,
  translation: false,
  prompt: false,
  keywords: false,
  temperature: false,
  logprobs: false,
  languages: "any",
  languageDetection: true,
  urlInput: false,
  mediaTypes: "any",
};

const everything: TranscriptionRequest = {
  audio: { type: "url", url: "https://audio.example/talk.mp3" },
  model: "ear-1",
  task: "transcribe",
  languages: [],
  prompt: "Ask not",
  keywords: ["Ada"],
  temperature: 0,
  responseFormat: "json",
  timestampGranularities: [],
  include: ["logprobs"],
  stream: false,
  chunkingStrategy: undefined,
  knownSpeakers: [{ name: "Ada", reference: "data:audio/wav;base64,AAAA" }],
  diarize: true,
  options: {},
};

test("warns of each thing that was asked for and cannot be done, by the field's name", () => {
  const provider = { displayName: "Acme", capabilities: { default: nothing } };
  const warnings = ignoredFields(provider, everything);
  expect(warnings.map((warning) => warning.param)).toEqual([
    "prompt",
    "keywords",
    "temperature",
    "include",
    "diarize",
    "known_speaker_references",
  ]);
  expect(warnings[0]?.message).toContain("Acme");
});

test("says nothing of what the model can do, by its own entry of the table", () => {
  const able = {
    prompt: true,
    keywords: true,
    temperature: true,
    logprobs: true,
    diarization: true,
  };
  const capabilities = {
    default: nothing,
    models: [{ match: "ear-*", differs: { ...able, maxKnownSpeakers: 4 } }],
  };
  expect(ignoredFields({ displayName: "Acme", capabilities }, everything)).toEqual([]);
});
