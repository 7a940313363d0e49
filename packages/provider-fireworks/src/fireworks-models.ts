import type { Capabilities, CapabilityTable } from "@earshot/core";

/** The day on which Fireworks announced the end of its audio inference. */
export const SHUTDOWN_DATE = "2026-06-10";

const GIGABYTE = 1_000_000_000;

/** Fireworks' own list, in ISO codes. */
const LANGUAGES = (
  "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur " +
  "hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si " +
  "km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha " +
  "ba jv su yue"
).split(" ");

const usual: Capabilities = {
  // Its verbose_json lacks fields of OpenAI's; text, srt and vtt are made by the gateway.
  nativeFormats: ["json"],
  wordTimestamps: "measured",
  segmentTimestamps: true,
  diarization: true,
  maxKnownSpeakers: 0,
  streaming: false,
  translation: true,
  prompt: true,
  keywords: false,
  temperature: true,
  logprobs: false,
  languages: LANGUAGES,
  maxLanguageHints: 1,
  chunkingStrategy: false,
  languageDetection: true,
  urlInput: true,
  mediaTypes: "any",
  maxSizeBytes: GIGABYTE,
};

/** True for Fireworks' own hosts, past and present. */
export const isFireworksHost = (baseUrl: string): boolean =>
  /^https?:\/\/(?:[\w-]+\.)*fireworks\.ai(?::\d+)?(?:\/|$)/iu.test(baseUrl);

/**
 * What Fireworks' Whisper models could do; on a host of somebody else nothing was shut down.
 *
 * @see https://docs.fireworks.ai/api-reference/audio-transcriptions
 */
export function fireworksCapabilities(baseUrl?: string): CapabilityTable {
  return baseUrl === undefined || isFireworksHost(baseUrl)
    ? { default: { ...usual, shutdownDate: SHUTDOWN_DATE } }
    : { default: usual };
}

/** Where Fireworks served its two models, each from a host of its own. */
export const FIREWORKS_HOSTS = {
  usual: "https://audio-prod.api.fireworks.ai/v1",
  turbo: "https://audio-turbo.api.fireworks.ai/v1",
} as const;
