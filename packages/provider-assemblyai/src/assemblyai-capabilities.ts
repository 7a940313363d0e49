import type { Capabilities, CapabilityTable } from "@earshot/core";
import { MODEL_LANGUAGES } from "./assemblyai-languages.ts";

/** What a model that is not in the table is taken for: a successor of Universal-3.5 Pro. */
const promptable: Capabilities = {
  nativeFormats: [],
  wordTimestamps: "measured",
  // Utterances come with speakers only; the gateway makes segments of the words.
  segmentTimestamps: false,
  diarization: true,
  maxKnownSpeakers: 0,
  streaming: false,
  translation: false,
  // Limited to 1,500 words, not to characters.
  prompt: true,
  keywords: true,
  temperature: true,
  logprobs: false,
  languages: "any",
  languageDetection: true,
  urlInput: true,
  mediaTypes: "any",
  maxSizeBytes: 2_200_000_000,
  maxDurationSeconds: 36_000,
  minDurationSeconds: 0.16,
};

/**
 * What AssemblyAI's models for recorded audio can do.
 *
 * @see https://www.assemblyai.com/docs/getting-started/models
 * @see https://www.assemblyai.com/docs/faq/are-there-any-limits-on-file-size-or-file-duration-for-files-submitted-to-the-api
 */
export const assemblyaiCapabilities: CapabilityTable = {
  default: promptable,
  models: [
    { match: "universal-3*5-pro", differs: { languages: MODEL_LANGUAGES.universal35Pro } },
    { match: "universal-3-pro", differs: { languages: MODEL_LANGUAGES.universal3Pro } },
    {
      match: "universal-2",
      differs: { languages: MODEL_LANGUAGES.universal2, prompt: false, temperature: false },
    },
  ],
};
