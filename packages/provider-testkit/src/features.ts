import type { Capabilities, Transcript } from "@earshot/core";
import { ensure } from "./conformance-error.ts";
import type { RequestPatch } from "./create-context.ts";
import type { ScenarioName } from "./suite.ts";

/** Something that some models can do when they are asked. */
export interface Feature {
  readonly declared: (can: Capabilities) => boolean;
  /** Requests whose calls must all differ; the first one does not ask. */
  readonly asks: (can: Capabilities) => readonly [RequestPatch, RequestPatch, ...RequestPatch[]];
  /** Texts that must be found in the calls of the first request that asks. */
  readonly shows?: (can: Capabilities) => readonly string[];
  /** What the transcript must hold when it was asked for. */
  readonly check?: (transcript: Transcript, can: Capabilities) => void;
  /**
   * What models without it do: `warn` (or refuse) names one of the params, `refuse` rejects, `any` is
   * left to the formats.
   */
  readonly otherwise: "warn" | "refuse" | "any";
  /** Names of the field as clients send it. */
  readonly params: readonly string[];
}

export type FeatureName = Exclude<
  ScenarioName,
  "text" | "silence" | "options" | "formats" | "errors" | "streaming" | "streamError" | "polling"
>;

const CLIP = "data:audio/wav;base64,UklGRiQAAABXQVZFZm10IA==";

const AUDIO_URLS = [
  "https://audio.example/talk-1.wav",
  "https://audio.example/talk-2.wav",
] as const;

const hintsOf = (can: Capabilities): readonly string[] => {
  if (can.languages === "any") return ["en", "de"];
  return can.languages.filter((language) => /^[a-z]{2,3}$/u.test(language)).slice(0, 2);
};

/** Every feature that a request can ask for. */
export const FEATURES: Readonly<Record<FeatureName, Feature>> = {
  segments: {
    declared: (can) => can.segmentTimestamps,
    asks: () => [
      { responseFormat: "json" },
      { responseFormat: "verbose_json", timestampGranularities: ["segment"] },
    ],
    check: (transcript) => {
      ensure((transcript.segments ?? []).length > 0, "The transcript has no segments.");
    },
    otherwise: "any",
    params: ["timestamp_granularities"],
  },
  words: {
    declared: (can) => can.wordTimestamps !== "none",
    asks: (can) => [
      can.segmentTimestamps
        ? { responseFormat: "verbose_json", timestampGranularities: ["segment"] }
        : { responseFormat: "json" },
      { responseFormat: "verbose_json", timestampGranularities: ["word"] },
    ],
    check: (transcript, can) => {
      ensure((transcript.words ?? []).length > 0, "The transcript has no words.");
      const estimated = transcript.wordTimesEstimated === true;
      ensure(
        estimated === (can.wordTimestamps === "estimated"),
        "`wordTimesEstimated` does not agree with the capability `wordTimestamps`.",
      );
    },
    otherwise: "any",
    params: ["timestamp_granularities"],
  },
  speakers: {
    declared: (can) => can.diarization,
    asks: () => [{ responseFormat: "json" }, { responseFormat: "diarized_json", diarize: true }],
    check: (transcript) => {
      const spoken = [...(transcript.segments ?? []), ...(transcript.words ?? [])];
      ensure(
        spoken.some(({ speaker }) => speaker !== undefined),
        "No segment and no word of the transcript has a speaker.",
      );
    },
    otherwise: "any",
    params: ["diarize", "response_format"],
  },
  knownSpeakers: {
    declared: (can) => can.maxKnownSpeakers > 0,
    asks: () => {
      const request: RequestPatch = { responseFormat: "diarized_json", diarize: true };
      return [
        request,
        { ...request, knownSpeakers: [{ name: "Loreley", reference: CLIP }] },
        { ...request, knownSpeakers: [{ name: "Siegfried", reference: CLIP }] },
      ];
    },
    shows: () => ["Loreley", CLIP],
    otherwise: "warn",
    params: ["known_speaker_names", "known_speaker_references"],
  },
  logprobs: {
    declared: (can) => can.logprobs,
    asks: () => [{}, { include: ["logprobs"] }],
    check: (transcript) => {
      ensure((transcript.logprobs ?? []).length > 0, "The transcript has no logprobs.");
    },
    otherwise: "warn",
    params: ["include"],
  },
  translation: {
    declared: (can) => can.translation,
    asks: () => [{}, { task: "translate" }],
    otherwise: "refuse",
    params: [],
  },
  languageHint: {
    declared: () => true,
    asks: (can) => {
      const [first = "en", second] = hintsOf(can);
      const hint: RequestPatch = { languages: [first] };
      return second === undefined ? [{}, hint] : [{}, hint, { languages: [second] }];
    },
    otherwise: "any",
    params: ["language"],
  },
  languageDetection: {
    declared: (can) => can.languageDetection,
    asks: (can) => [{ languages: hintsOf(can).slice(0, 1) }, { languages: [] }],
    otherwise: "any",
    params: ["language"],
  },
  prompt: {
    declared: (can) => can.prompt,
    asks: () => [{}, { prompt: "Zugspitze" }, { prompt: "Loreley" }],
    shows: () => ["Zugspitze"],
    otherwise: "warn",
    params: ["prompt"],
  },
  keywords: {
    declared: (can) => can.keywords,
    asks: () => [{}, { keywords: ["Zugspitze", "Loreley"] }, { keywords: ["Zugspitze"] }],
    shows: () => ["Zugspitze", "Loreley"],
    otherwise: "warn",
    params: ["keywords"],
  },
  temperature: {
    declared: (can) => can.temperature,
    // Zero is a value, not the absence of one.
    asks: () => [{}, { temperature: 0.25 }, { temperature: 0 }],
    shows: () => ["0.25"],
    otherwise: "warn",
    params: ["temperature"],
  },
  urlInput: {
    declared: (can) => can.urlInput,
    asks: () => [
      {},
      { audio: { type: "url", url: AUDIO_URLS[0] } },
      { audio: { type: "url", url: AUDIO_URLS[1] } },
    ],
    shows: () => [AUDIO_URLS[0]],
    otherwise: "refuse",
    params: [],
  },
};

const isFeature = (name: string): name is FeatureName => Object.hasOwn(FEATURES, name);

/** The names of all features, in the order of the table. */
export const FEATURE_NAMES: readonly FeatureName[] = Object.keys(FEATURES).filter(isFeature);
