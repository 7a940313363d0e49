import type { AudioSource, Capabilities } from "@earshot/core";
import { withDefaultFields } from "./deviations.ts";
import type { OpenaiDeviations } from "./deviations.ts";

const MEBIBYTE = 1024 * 1024;

/** What OpenAI's endpoint takes from any model, in the names that sniffed audio goes by. */
const MEDIA_TYPES = [
  "audio/flac",
  "audio/x-flac",
  "audio/mpeg",
  "audio/mp3",
  "audio/mp4",
  "audio/m4a",
  "audio/x-m4a",
  "audio/ogg",
  "audio/opus",
  "audio/wav",
  "audio/wave",
  "audio/x-wav",
  "audio/webm",
  "video/mp4",
  "video/mpeg",
  "video/ogg",
  "video/webm",
];

const whisper: Capabilities = {
  nativeFormats: ["json", "text", "srt", "verbose_json", "vtt"],
  wordTimestamps: "measured",
  segmentTimestamps: true,
  diarization: false,
  maxKnownSpeakers: 0,
  streaming: false,
  translation: true,
  prompt: true,
  keywords: false,
  temperature: true,
  logprobs: false,
  languages: "any",
  languageDetection: true,
  urlInput: false,
  mediaTypes: MEDIA_TYPES,
  maxSizeBytes: 25 * MEBIBYTE,
  minDurationSeconds: 0.1,
};

const plain: Capabilities = {
  ...whisper,
  nativeFormats: ["json"],
  wordTimestamps: "none",
  segmentTimestamps: false,
  streaming: true,
  translation: false,
};

const MAXIMUM_SECONDS = 1400;

/**
 * What each family of OpenAI's models can do, on OpenAI's own service and on Azure.
 *
 * @see https://platform.openai.com/docs/guides/speech-to-text
 */
export const openaiModelFamilies: Readonly<
  Record<"whisper" | "gpt4oTranscribe" | "gpt4oDiarize" | "gptTranscribe" | "unknown", Capabilities>
> = {
  whisper,
  gpt4oTranscribe: { ...plain, logprobs: true, maxDurationSeconds: MAXIMUM_SECONDS },
  gpt4oDiarize: {
    ...plain,
    nativeFormats: ["json", "text", "diarized_json"],
    segmentTimestamps: true,
    diarization: true,
    maxKnownSpeakers: 4,
    prompt: false,
    maxDurationSeconds: MAXIMUM_SECONDS,
  },
  gptTranscribe: { ...plain, keywords: true, forbiddenKeywordCharacters: "<>" },
  unknown: plain,
};

const CHUNKING_FROM_SECONDS = 30;

const isLongOrUnknown = (audio: AudioSource): boolean =>
  audio.type === "url" || (audio.durationSeconds ?? Infinity) > CHUNKING_FROM_SECONDS;

/**
 * What single models of OpenAI want in the form: `languages[]` in place of `language` for
 * gpt-transcribe, a chunking strategy for long audio with gpt-4o-transcribe-diarize. `modelOf` tells
 * the model behind a deployment's name; by default the name is the model.
 */
export function openaiModelRules(
  modelOf: (name: string) => string = (name) => name,
): OpenaiDeviations {
  return {
    takesLanguageList: (name) => /^gpt-transcribe(?:-|$)/u.test(modelOf(name)),
    toFields: (fields, { request }) =>
      modelOf(request.model).startsWith("gpt-4o-transcribe-diarize") &&
      isLongOrUnknown(request.audio)
        ? withDefaultFields(fields, [["chunking_strategy", "auto"]])
        : fields,
  };
}
