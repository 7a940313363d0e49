import { toIsoLanguage, toPlainMediaType } from "@earshot/core";
import type { Capabilities, ErrorCode } from "@earshot/core";
import type { Deployment, Requirements } from "./types.ts";

/** One thing that was asked for and that a deployment cannot do. */
export interface Gap {
  readonly code: Extract<
    ErrorCode,
    "unsupported_feature" | "unsupported_media" | "audio_too_large" | "audio_too_long"
  >;
  /** The request field that asks for it. */
  readonly param: string;
  /** True when the request makes no sense without it; false when `relax` may leave it out. */
  readonly hard: boolean;
  /** What is missing, to be read after the deployment's name, such as `no word times`. */
  readonly text: string;
}

/** What the checks read of a deployment. */
export type Capable = Pick<Deployment<unknown>, "capabilities" | "maxSizeBytes">;

type Check = (deployment: Capable, requirements: Requirements) => Gap | undefined;

const soft = (param: string, text: string): Gap => ({
  code: "unsupported_feature",
  param,
  hard: false,
  text,
});
const hard = (code: Gap["code"], param: string, text: string): Gap => ({
  code,
  param,
  hard: true,
  text,
});

const megabytes = (bytes: number): string => `${Math.round((bytes / 1024 / 1024) * 100) / 100} MB`;

const cached = <T>(make: (values: readonly string[]) => T): ((values: readonly string[]) => T) => {
  const made = new WeakMap<readonly string[], T>();
  return (values) => {
    const known = made.get(values) ?? make(values);
    made.set(values, known);
    return known;
  };
};
const mediaTypeSet = cached((types) => new Set(types.map(toPlainMediaType)));
const languageOf = (hint: string): string => toIsoLanguage(hint) ?? hint.toLowerCase();
const languageSet = cached((languages) => new Set(languages.map(languageOf)));

/** The provider's own answer in that format holds whatever the format shows. */
const isNative = (
  { nativeFormats }: Capabilities,
  { responseFormat }: Pick<Requirements, "responseFormat">,
): boolean => nativeFormats.includes(responseFormat);

/** Whether the format is made of times, of which the deployment gives none of any kind. */
export const lacksTimes = (
  capabilities: Capabilities,
  requirements: Pick<Requirements, "needs" | "responseFormat">,
): boolean =>
  requirements.needs.segments &&
  !capabilities.segmentTimestamps &&
  capabilities.wordTimestamps === "none" &&
  !isNative(capabilities, requirements);

/** Subtitles are nothing but text with times: those that lack must be estimated from the length. */
export const needsLengthForCues = ({ responseFormat, durationSeconds }: Requirements): boolean =>
  (responseFormat === "srt" || responseFormat === "vtt") && durationSeconds === undefined;

/** The smaller of the provider's and the operator's limit. */
const sizeLimitOf = ({ capabilities, maxSizeBytes }: Capable): number =>
  Math.min(capabilities.maxSizeBytes ?? Infinity, maxSizeBytes ?? Infinity);

const checks: readonly Check[] = [
  ({ capabilities }, { task }) =>
    task === "translate" && !capabilities.translation
      ? hard("unsupported_feature", "model", "no translation")
      : undefined,
  ({ capabilities }, { urlInput }) =>
    urlInput && !capabilities.urlInput
      ? hard("unsupported_feature", "url", "does not fetch audio from a URL")
      : undefined,
  (deployment, { sizeBytes = 0 }) => {
    const limit = sizeLimitOf(deployment);
    if (sizeBytes <= limit) return undefined;
    const text = `takes at most ${megabytes(limit)} (the file has ${megabytes(sizeBytes)})`;
    return hard("audio_too_large", "file", text);
  },
  ({ capabilities: { maxDurationSeconds: limit = Infinity } }, { durationSeconds = 0 }) =>
    durationSeconds > limit
      ? hard(
          "audio_too_long",
          "file",
          `takes at most ${limit} s (the audio has ${durationSeconds} s)`,
        )
      : undefined,
  ({ capabilities: { minDurationSeconds: limit = 0 } }, { durationSeconds = Infinity }) =>
    durationSeconds < limit
      ? hard(
          "unsupported_media",
          "file",
          `needs at least ${limit} s (the audio has ${durationSeconds} s)`,
        )
      : undefined,
  ({ capabilities: { mediaTypes } }, { mediaType = "" }) => {
    const plain = toPlainMediaType(mediaType);
    if (mediaTypes === "any" || plain === undefined || mediaTypeSet(mediaTypes).has(plain))
      return undefined;
    return hard("unsupported_media", "file", `does not take ${plain}`);
  },
  ({ capabilities }, { needs }) =>
    needs.words && capabilities.wordTimestamps === "none"
      ? soft("timestamp_granularities", "no word times")
      : undefined,
  ({ capabilities }, requirements) => {
    if (!lacksTimes(capabilities, requirements)) return undefined;
    if (!requirements.urlInput || !needsLengthForCues(requirements))
      return soft("response_format", "no segment times");
    const text = "no segment times, nor the length of a URL's audio to estimate them from";
    return hard("unsupported_feature", "response_format", text);
  },
  ({ capabilities }, requirements) => {
    const inFormat = requirements.responseFormat === "diarized_json";
    if (!requirements.needs.speakers || capabilities.diarization) return undefined;
    if (inFormat && isNative(capabilities, requirements)) return undefined;
    return soft(inFormat ? "response_format" : "diarize", "no speakers");
  },
  ({ capabilities: { maxKnownSpeakers } }, { knownSpeakers }) => {
    if (knownSpeakers <= maxKnownSpeakers) return undefined;
    const text =
      maxKnownSpeakers === 0 ? "no known speakers" : `at most ${maxKnownSpeakers} known speakers`;
    return soft("known_speaker_names", text);
  },
  ({ capabilities }, { logprobs }) =>
    logprobs && !capabilities.logprobs ? soft("include", "no logprobs") : undefined,
  ({ capabilities: { languages } }, { languages: hints }) => {
    if (languages === "any" || hints.length === 0) return undefined;
    const missing = hints.filter((hint) => !languageSet(languages).has(languageOf(hint)));
    return missing.length === 0
      ? undefined
      : soft("language", `not the language ${missing.join(", ")}`);
  },
];

/** Everything that was asked for and that the deployment cannot do; empty when it can do it all. */
export function capabilityGaps(deployment: Capable, requirements: Requirements): readonly Gap[] {
  const gaps: Gap[] = [];
  for (const check of checks) {
    const gap = check(deployment, requirements);
    if (gap !== undefined) gaps.push(gap);
  }
  return gaps;
}

/** How far a deployment that can do it all is from the best way to do it: 0 is best. */
export function reluctance({ capabilities }: Capable, { needs, stream }: Requirements): number {
  const estimates = needs.words && capabilities.wordTimestamps === "estimated" ? 1 : 0;
  return estimates + (stream && !capabilities.streaming ? 1 : 0);
}
