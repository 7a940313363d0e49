import type { TranscriptionRequest } from "@earshot/core";
import type { FormField, FormPurpose } from "@earshot/provider-openai-compatible";

const GRANULARITIES = "timestamp_granularities";

/** Names that Fireworks has for languages where ISO 639 has another, or none. */
const LANGUAGE_NAMES: readonly (readonly [hint: RegExp, name: string])[] = [
  [/^(?:jv|jav)\b/iu, "jw"],
  [/^(?:zh|cmn|zho|chi)[-_](?:hant|tw|hk|mo)\b/iu, "zh-hant"],
  [/^(?:zh|cmn|zho|chi)[-_](?:hans|cn|sg)\b/iu, "zh-hans"],
];

const languageName = ({ languages: [hint = ""] }: TranscriptionRequest): string | undefined =>
  LANGUAGE_NAMES.find(([pattern]) => pattern.test(hint))?.[1];

const valuesOf = (fields: readonly FormField[], name: string): readonly string[] =>
  fields.filter(([key]) => key === name).map(([, value]) => value);

/** One value joined by commas; speakers come with the words, so both are asked for together. */
const joinGranularities = (fields: readonly FormField[]): readonly FormField[] => {
  const asked = valuesOf(fields, `${GRANULARITIES}[]`);
  const others = fields.filter(([name]) => name !== `${GRANULARITIES}[]`);
  const diarizes = fields.some(([name]) => name === "diarize");
  const values = diarizes ? ["word", "segment"] : asked;
  return values.length === 0 ? others : [...others, [GRANULARITIES, values.join(",")]];
};

/** The ladder of temperatures is a list in the field of the single one. */
const joinTemperatures = (fields: readonly FormField[]): readonly FormField[] => {
  const ladder = valuesOf(fields, "temperatures");
  if (ladder.length === 0) return fields;
  const others = fields.filter(([name]) => name !== "temperatures" && name !== "temperature");
  const steps = ladder.flatMap((value) => value.split(",")).map((step) => step.trim());
  return [...others, ["temperature", steps.join(",")]];
};

const SPEAKER_COUNTS = new Set(["min_speakers", "max_speakers"]);

/** How many speakers to expect means nothing where none are told apart. */
const dropSpeakerCounts = (fields: readonly FormField[]): readonly FormField[] =>
  fields.some(([name]) => name === "diarize")
    ? fields
    : fields.filter(([name]) => !SPEAKER_COUNTS.has(name));

/**
 * Turns OpenAI's form into Fireworks'.
 *
 * @see https://docs.fireworks.ai/api-reference/audio-transcriptions
 */
export function toFireworksFields(
  fields: readonly FormField[],
  { request }: FormPurpose,
): readonly FormField[] {
  const named = languageName(request);
  const translated = fields.map(([name, value]): FormField => [
    name,
    name === "language" ? (named ?? value) : value,
  ]);
  return dropSpeakerCounts(joinTemperatures(joinGranularities(translated)));
}

/** The counts of speakers that a request names in vain, because it asks for no speakers. */
export function uselessSpeakerCounts({
  diarize,
  task,
  options,
}: TranscriptionRequest): readonly string[] {
  return diarize && task === "transcribe"
    ? []
    : Object.keys(options).filter((name) => SPEAKER_COUNTS.has(name));
}
