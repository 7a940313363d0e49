import { needsOf, toIsoLanguage } from "@earshot/core";
import type { TimestampGranularity } from "@earshot/core";
import type { FormField, FormPurpose, OpenaiDeviations } from "./deviations.ts";

/** The form fields for one field of the client's request, `param`; none when it cannot be sent. */
export interface RequestPart {
  readonly param: string;
  readonly fields: readonly FormField[];
}

const part = (param: string, ...fields: readonly FormField[]): RequestPart => ({ param, fields });

const languageOf = (hint: string): string => toIsoLanguage(hint) ?? hint;

const languageParts = (
  { request }: FormPurpose,
  deviations: OpenaiDeviations,
): readonly RequestPart[] => {
  const hints = request.languages.map(languageOf);
  const [only] = hints;
  if (only === undefined) return [];
  if (deviations.takesLanguageList?.(request.model) === true)
    return [part("languages", ...hints.map((hint): FormField => ["languages[]", hint]))];
  // One of several hints would force its language upon the others: then detection serves better.
  return hints.length === 1 ? [part("language", ["language", only])] : [part("languages")];
};

const keywordParts = (
  { request: { keywords } }: FormPurpose,
  { keywordsField = "keywords[]" }: OpenaiDeviations,
): readonly RequestPart[] => {
  if (keywords.length === 0) return [];
  const fields: readonly FormField[] = keywordsField.endsWith("[]")
    ? keywords.map((keyword): FormField => [keywordsField, keyword])
    : [[keywordsField, keywords.join(", ")]];
  return [part("keywords", ...fields)];
};

const granularitiesOf = (purpose: FormPurpose): readonly TimestampGranularity[] => {
  const { request, format, capabilities } = purpose;
  if (format !== "verbose_json") return [];
  // Nothing said means segments, for OpenAI and for every server that follows it.
  if (request.responseFormat === "verbose_json") return request.timestampGranularities;
  const needs = needsOf(request);
  const words = needs.words || (needs.segments && !capabilities.segmentTimestamps);
  return [
    ...(needs.segments && capabilities.segmentTimestamps ? (["segment"] as const) : []),
    ...(words && capabilities.wordTimestamps !== "none" ? (["word"] as const) : []),
  ];
};

const granularityParts = (purpose: FormPurpose): readonly RequestPart[] => {
  const measured = purpose.capabilities.wordTimestamps !== "none";
  const granularities = granularitiesOf(purpose);
  const sent = granularities.filter((granularity) => measured || granularity !== "word");
  const fields = sent.map((granularity): FormField => ["timestamp_granularities[]", granularity]);
  return [
    ...(fields.length === 0 ? [] : [part("timestamp_granularities", ...fields)]),
    ...(sent.length === granularities.length ? [] : [part("timestamp_granularities")]),
  ];
};

const chunkingParts = ({ request: { chunkingStrategy } }: FormPurpose): readonly RequestPart[] => {
  if (chunkingStrategy === undefined) return [];
  const text = chunkingStrategy === "auto" ? "auto" : JSON.stringify(chunkingStrategy);
  return [part("chunking_strategy", ["chunking_strategy", text])];
};

const speakerParts = ({ request: { knownSpeakers } }: FormPurpose): readonly RequestPart[] => {
  if (knownSpeakers.length === 0) return [];
  const names = knownSpeakers.map(({ name }): FormField => ["known_speaker_names[]", name]);
  const clips = knownSpeakers.map(({ reference }): FormField => [
    "known_speaker_references[]",
    reference,
  ]);
  return [part("known_speaker_names", ...names, ...clips)];
};

const diarizeParts = (
  { request, capabilities }: FormPurpose,
  { diarizeField }: OpenaiDeviations,
): readonly RequestPart[] => {
  if (!request.diarize) return [];
  if (!capabilities.diarization) return [part("diarize")];
  return diarizeField === undefined ? [] : [part("diarize", [diarizeField, "true"])];
};

const textPart = (param: string, value: string | number | undefined): readonly RequestPart[] =>
  value === undefined || value === "" ? [] : [part(param, [param, String(value)])];

/** The request as form fields in the order in which they are sent, before anything is left out. */
export function toRequestParts(
  purpose: FormPurpose,
  deviations: OpenaiDeviations,
): readonly RequestPart[] {
  const { request, format } = purpose;
  return [
    part("model", ["model", request.model]),
    ...languageParts(purpose, deviations),
    ...textPart("prompt", request.prompt),
    ...keywordParts(purpose, deviations),
    part("response_format", ["response_format", format]),
    ...textPart("temperature", request.temperature),
    ...granularityParts(purpose),
    ...request.include.map((item) => part("include", ["include[]", item])),
    ...chunkingParts(purpose),
    ...speakerParts(purpose),
    ...diarizeParts(purpose, deviations),
    ...(request.stream ? [part("stream", ["stream", "true"])] : []),
  ];
}
