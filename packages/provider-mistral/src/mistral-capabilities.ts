import type { CapabilityTable } from "@earshot/core";

/**
 * Generations of Voxtral whose rules differ. Version 2 and what came before take no language beside
 * timestamps; version 1 knows no speakers, no words and no terms.
 *
 * @see https://docs.mistral.ai/studio/audio/migrate-from-voxtral-2
 */
type VoxtralGeneration = 1 | 2 | 3;

/** Models by their whole names; every other one follows the rules of version 3. */
const VOXTRAL_1: readonly string[] = ["voxtral-mini-2507"];
const VOXTRAL_2: readonly string[] = ["voxtral-mini-2602", "voxtral-mini-latest"];

/** The generation whose rules a model follows; new and unknown models follow the newest. */
export function generationOf(model: string): VoxtralGeneration {
  if (VOXTRAL_1.includes(model)) return 1;
  return VOXTRAL_2.includes(model) ? 2 : 3;
}

/** That a model before version 3 takes. */
export const MAXIMUM_TERMS = 100;

/** Those that Voxtral Transcribe 2 was made for; version 3 knows some fifty. */
const LANGUAGES_OF_2 = "en zh hi es ar fr pt ru de ja ko it nl".split(" ");

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
    maxLanguageHints: 1,
    chunkingStrategy: false,
    languageDetection: true,
    urlInput: true,
    mediaTypes: "any",
    maxDurationSeconds: 10_800,
  },
  models: [
    ...VOXTRAL_2.map((match) => ({
      match,
      // Version 3 takes terms of any kind and number; before, a comma ended one.
      differs: {
        wordTimestamps: "measured",
        languages: LANGUAGES_OF_2,
        maxKeywords: MAXIMUM_TERMS,
        forbiddenKeywordCharacters: ",",
      } as const,
    })),
    ...VOXTRAL_1.map((match) => ({ match, differs: { diarization: false, keywords: false } })),
  ],
};
