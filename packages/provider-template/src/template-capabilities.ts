import type { CapabilityTable } from "@earshot/core";

const MEBIBYTE = 1024 * 1024;

/**
 * What the models can do. The router believes it and the conformance suite tries it, so it must be
 * true: a capability that is missing costs a deployment some requests, one too many costs the user's.
 *
 * @see https://template.example/docs/models
 */
export const templateCapabilities: CapabilityTable = {
  default: {
    // The formats that come back exactly as OpenAI writes them; the gateway makes all others.
    nativeFormats: [],
    wordTimestamps: "measured",
    segmentTimestamps: true,
    diarization: false,
    maxKnownSpeakers: 0,
    streaming: false,
    translation: false,
    prompt: false,
    keywords: true,
    temperature: false,
    logprobs: false,
    languages: ["en", "de", "fr"],
    maxLanguageHints: 1,
    chunkingStrategy: false,
    languageDetection: true,
    urlInput: false,
    mediaTypes: "any",
    maxSizeBytes: 100 * MEBIBYTE,
  },
  models: [{ match: "*-small", differs: { wordTimestamps: "none", keywords: false } }],
};
