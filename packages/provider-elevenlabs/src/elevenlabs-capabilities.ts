import type { CapabilityTable } from "@earshot/core";

const GIGABYTE = 1_000_000_000;

/**
 * What Scribe can do. Segments are not among it: Earshot makes them of the words.
 *
 * @see https://elevenlabs.io/docs/api-reference/speech-to-text/convert
 */
export const elevenlabsCapabilities: CapabilityTable = {
  default: {
    nativeFormats: [],
    wordTimestamps: "measured",
    segmentTimestamps: false,
    diarization: true,
    maxKnownSpeakers: 0,
    streaming: false,
    translation: false,
    prompt: false,
    keywords: true,
    maxKeywords: 1000,
    maxKeywordCharacters: 49,
    forbiddenKeywordCharacters: "<>{}[]\\",
    temperature: true,
    logprobs: false,
    languages: "any",
    maxLanguageHints: 1,
    chunkingStrategy: false,
    languageDetection: true,
    urlInput: true,
    mediaTypes: "any",
    maxSizeBytes: 5 * GIGABYTE,
    maxDurationSeconds: 36_000,
    minDurationSeconds: 0.1,
  },
  models: [{ match: "scribe_v1*", differs: { keywords: false } }],
};
