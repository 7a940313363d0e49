import type { CapabilityTable } from "@earshot/core";
import { VOXTRAL_1, VOXTRAL_2 } from "./voxtral-models.ts";

/** Those that Voxtral Transcribe 2 was made for; version 3 knows some fifty. */
const LANGUAGES_OF_2 = [
  "en",
  "zh",
  "hi",
  "es",
  "ar",
  "fr",
  "pt",
  "ru",
  "de",
  "ja",
  "ko",
  "it",
  "nl",
] as const;

/**
 * What Voxtral can do: by default as version 3, which gives no times for single words.
 *
 * @see https://docs.mistral.ai/studio/audio/speech-to-text/transcribe-files
 */
export const mistralCapabilities: CapabilityTable = {
  default: {
    nativeFormats: [],
    wordTimestamps: "none",
    segmentTimestamps: true,
    diarization: true,
    maxKnownSpeakers: 0,
    streaming: true,
    translation: false,
    prompt: false,
    keywords: true,
    temperature: true,
    logprobs: false,
    languages: "any",
    languageDetection: true,
    urlInput: true,
    mediaTypes: "any",
    maxDurationSeconds: 10_800,
  },
  models: [
    ...VOXTRAL_2.map((match) => ({
      match,
      differs: { wordTimestamps: "measured", languages: LANGUAGES_OF_2 } as const,
    })),
    ...VOXTRAL_1.map((match) => ({ match, differs: { diarization: false, keywords: false } })),
  ],
};
