import type { AudioFile } from "../audio-source.ts";
import type { Capabilities } from "../capabilities.ts";
import type { Asked } from "../judge-rule.ts";
import type { RuleName } from "../judge-rules.ts";

/** A model that can do everything, without limits. */
export const ableToAll: Capabilities = {
  nativeFormats: [],
  wordTimestamps: "measured",
  segmentTimestamps: true,
  diarization: true,
  maxKnownSpeakers: 4,
  streaming: true,
  translation: true,
  prompt: true,
  keywords: true,
  temperature: true,
  logprobs: true,
  languages: "any",
  languageDetection: true,
  urlInput: true,
  mediaTypes: "any",
};

const file: AudioFile = {
  type: "file",
  fileName: "talk.wav",
  mediaType: "audio/wav",
  // Of 16,000 samples a second, 16 bits each, behind a header.
  sizeBytes: 960_044,
  durationSeconds: 30,
  open: () => {
    throw new Error("Whoever judges a request does not touch its audio.");
  },
};

/** A request that every model can do. */
export const plainlyAsked: Asked = {
  audio: file,
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
};

/** A request and a model to which one rule alone applies, and what it says. */
export interface JudgeExample {
  readonly asks: Partial<Asked>;
  readonly can: Partial<Capabilities>;
  readonly text: string;
}

const address: Asked["audio"] = { type: "url", url: "https://audio.example/talk.mp3" };
const speaker = { name: "Ann", reference: "data:audio/wav;base64,UklGRg==" };
const withoutTimes: Partial<Capabilities> = { segmentTimestamps: false, wordTimestamps: "none" };

/** One example for each rule of the judge; a rule without one is a type error. */
export const JUDGE_EXAMPLES: Readonly<Record<RuleName, JudgeExample>> = {
  "url-address": {
    asks: { audio: { type: "url", url: "ftp://audio.example/talk.mp3" } },
    can: {},
    text: "The URL of the audio must start with https:// or http://.",
  },
  "keyword-text": {
    asks: { keywords: ["one", " "] },
    can: {},
    text: "Keyword 2 is empty or holds a line break.",
  },
  "speaker-clip": {
    asks: { knownSpeakers: [speaker, { ...speaker, reference: "https://audio.example/a.wav" }] },
    can: {},
    text: "Reference clip 2 must be a data URL, such as data:audio/wav;base64,….",
  },
  translation: {
    asks: { task: "translate" },
    can: { translation: false },
    text: "does not translate",
  },
  "url-input": {
    asks: { audio: address },
    can: { urlInput: false },
    text: "does not fetch audio from a URL",
  },
  "file-size": {
    asks: {},
    can: { maxSizeBytes: 524_288 },
    text: "takes at most 0.5 MB (the file has 0.92 MB)",
  },
  "audio-too-long": {
    asks: {},
    can: { maxDurationSeconds: 20 },
    text: "takes at most 20 s (the audio has 30 s)",
  },
  "audio-too-short": {
    asks: { audio: { ...file, sizeBytes: 16_044, durationSeconds: 0.5 } },
    can: { minDurationSeconds: 1 },
    text: "needs at least 1 s (the audio has 0.5 s)",
  },
  "media-type": {
    asks: {},
    can: { mediaTypes: ["audio/flac"] },
    text: "does not take audio/wav",
  },
  "word-times": {
    asks: { responseFormat: "verbose_json", timestampGranularities: ["word"] },
    can: { wordTimestamps: "none" },
    text: "gives no word times",
  },
  "segment-times": {
    asks: { responseFormat: "srt" },
    can: withoutTimes,
    text: "gives no segment times",
  },
  "subtitles-of-url": {
    asks: { responseFormat: "vtt", audio: address },
    can: withoutTimes,
    text: "gives no segment times, nor the length of a URL's audio to estimate them from",
  },
  "speakers-in-format": {
    asks: { responseFormat: "diarized_json", diarize: true },
    can: { diarization: false },
    text: "tells no speakers apart",
  },
  speakers: {
    asks: { diarize: true },
    can: { diarization: false },
    text: "tells no speakers apart",
  },
  "known-speakers": {
    asks: { knownSpeakers: [speaker, speaker] },
    can: { maxKnownSpeakers: 1 },
    text: "takes at most 1 known speaker (2 were given)",
  },
  logprobs: {
    asks: { include: ["logprobs"] },
    can: { logprobs: false },
    text: "gives no logprobs",
  },
  language: {
    asks: { languages: ["en", "de-CH"] },
    can: { languages: ["en"] },
    text: "does not know the language de-CH, only en",
  },
  "prompt-length": {
    asks: { prompt: "Yellow lorry" },
    can: { maxPromptCharacters: 10 },
    text: "takes a prompt of at most 10 characters (it has 12)",
  },
  "keyword-count": {
    asks: { keywords: ["one", "two", "three"] },
    can: { maxKeywords: 2 },
    text: "takes at most 2 keywords (3 were given)",
  },
  "keyword-form": {
    asks: { keywords: ["one", "<two>"] },
    can: { forbiddenKeywordCharacters: "<>" },
    text: "takes no keyword with `<`",
  },
  "estimated-words": {
    asks: { responseFormat: "verbose_json", timestampGranularities: ["word"] },
    can: { wordTimestamps: "estimated" },
    text: "estimates word times",
  },
  "imitated-stream": {
    asks: { stream: true },
    can: { streaming: false },
    text: "answers in one piece",
  },
  prompt: { asks: { prompt: "Lorry" }, can: { prompt: false }, text: "takes no prompt" },
  keywords: {
    asks: { keywords: ["lorry"] },
    can: { keywords: false, prompt: false },
    text: "takes no keywords",
  },
  temperature: {
    asks: { temperature: 0.5 },
    can: { temperature: false },
    text: "takes no temperature",
  },
  "language-hints": {
    asks: { languages: ["en", "de"] },
    can: { maxLanguageHints: 1 },
    text: "takes at most 1 language hint (2 were given)",
  },
  "voice-activity": {
    asks: { chunkingStrategy: { type: "server_vad" } },
    can: { chunkingStrategy: false },
    text: "finds the speech in the audio by itself",
  },
};
