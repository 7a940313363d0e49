import type { Capabilities, CapabilityTable } from "@earshot/core";
import { MODEL_LANGUAGES } from "./deepgram-languages.ts";

const GIBIBYTE = 1024 ** 3;

/** Custom models are known by names of the customer's own, so nothing is ruled out for them. */
const usual: Capabilities = {
  nativeFormats: [],
  wordTimestamps: "measured",
  segmentTimestamps: true,
  diarization: true,
  maxKnownSpeakers: 0,
  streaming: false,
  translation: false,
  prompt: false,
  keywords: true,
  temperature: false,
  logprobs: false,
  languages: "any",
  languageDetection: true,
  urlInput: true,
  mediaTypes: "any",
  maxSizeBytes: 2 * GIBIBYTE,
};

/** What the English models of every generation are made for: `nova-2-meeting`, `base-video`, …. */
const ENGLISH_USES = [
  "meeting",
  "phonecall",
  "finance",
  "conversationalai",
  "voicemail",
  "video",
  "medical",
  "drivethru",
  "automotive",
  "atc",
] as const;

/**
 * What Deepgram's pre-recorded API can do with each model.
 *
 * @see https://developers.deepgram.com/docs/models-languages-overview
 * @see https://developers.deepgram.com/docs/pre-recorded-audio
 */
export const deepgramCapabilities: CapabilityTable = {
  default: usual,
  models: [
    { match: "nova-3-medical*", differs: { languages: MODEL_LANGUAGES.nova3Medical } },
    { match: "nova-3*", differs: { languages: MODEL_LANGUAGES.nova3 } },
    ...ENGLISH_USES.map((use) => ({ match: `*${use}`, differs: { languages: ["en"] } })),
    { match: "nova-2*", differs: { languages: MODEL_LANGUAGES.nova2 } },
    { match: "nova*", differs: { languages: MODEL_LANGUAGES.nova } },
    { match: "enhanced*", differs: { languages: MODEL_LANGUAGES.enhanced } },
    { match: "base*", differs: { languages: MODEL_LANGUAGES.base } },
    { match: "whisper*", differs: { languages: MODEL_LANGUAGES.whisper, keywords: false } },
  ],
};
