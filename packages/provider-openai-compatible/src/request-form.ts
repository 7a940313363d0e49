import { isoLanguageOf, needsOf } from "@earshot/core";
import type { OptionTable, OptionValue, TimestampGranularity, Warning } from "@earshot/core";
import { toOptionFields } from "@earshot/provider-kit";
import type { FormField, FormPurpose, OpenaiDeviations } from "./deviations.ts";

/** The form fields for one field of the client's request, `param`; none when it cannot be sent. */
interface RequestPart {
  readonly param: string;
  readonly fields: readonly FormField[];
}

const part = (param: string, ...fields: readonly FormField[]): RequestPart => ({ param, fields });

const languageParts = (
  { request }: FormPurpose,
  { takesLanguageList }: OpenaiDeviations,
): readonly RequestPart[] => {
  const hints = request.languages.map(isoLanguageOf);
  const [only] = hints;
  if (only === undefined) return [];
  if (takesLanguageList?.(request.model) === true)
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
  const isMeasured = purpose.capabilities.wordTimestamps !== "none";
  const fields = granularitiesOf(purpose)
    .filter((granularity) => isMeasured || granularity !== "word")
    .map((granularity): FormField => ["timestamp_granularities[]", granularity]);
  return fields.length === 0 ? [] : [part("timestamp_granularities", ...fields)];
};

const chunkingParts = ({ request, capabilities }: FormPurpose): readonly RequestPart[] => {
  const { chunkingStrategy } = request;
  if (chunkingStrategy === undefined || capabilities.chunkingStrategy === false) return [];
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

const textPart = (param: string, value: string | number | undefined): readonly RequestPart[] =>
  value === undefined || value === "" ? [] : [part(param, [param, String(value)])];

/** What can be sent of the request, in the order in which it is. */
const toRequestParts = (
  purpose: FormPurpose,
  deviations: OpenaiDeviations,
): readonly RequestPart[] => {
  const { request, format, capabilities } = purpose;
  const { diarizeField } = deviations;
  const include = capabilities.logprobs ? request.include : [];
  const diarizes = request.diarize && capabilities.diarization && diarizeField !== undefined;
  return [
    part("model", ["model", request.model]),
    ...languageParts(purpose, deviations),
    ...textPart("prompt", request.prompt),
    ...keywordParts(purpose, deviations),
    part("response_format", ["response_format", format]),
    ...textPart("temperature", request.temperature),
    ...granularityParts(purpose),
    ...include.map((item) => part("include", ["include[]", item])),
    ...chunkingParts(purpose),
    ...speakerParts(purpose),
    ...(diarizes ? [part("diarize", [diarizeField, "true"])] : []),
    ...(request.stream && capabilities.streaming ? [part("stream", ["stream", "true"])] : []),
  ];
};

const TRANSLATION_FIELDS = new Set(["model", "prompt", "response_format", "temperature"]);

/** Beyond what the capabilities say, which `checkRequest` has told. */
const reasonToLeaveOut = (
  { param, fields }: RequestPart,
  { request, format }: FormPurpose,
  { translationFields = [] }: OpenaiDeviations,
): string | undefined => {
  const isAllowed = TRANSLATION_FIELDS.has(param) || translationFields.includes(param);
  if (request.task === "translate" && !isAllowed)
    return `Translations take no '${param}': it was left out.`;
  if (fields.length === 0)
    return "Only one language hint can be sent: the language was detected instead.";
  return param === "include" && format !== "json"
    ? `The model '${request.model}' takes no 'include': it was left out.`
    : undefined;
};

/** Models that take a prompt but no keywords listen for terms in the prompt. */
const foldKeywords = (purpose: FormPurpose): { purpose: FormPurpose; warnings: Warning[] } => {
  const { request, capabilities } = purpose;
  if (request.keywords.length === 0 || capabilities.keywords || !capabilities.prompt)
    return { purpose, warnings: [] };
  const terms = request.keywords.join(", ");
  const prompt = request.prompt === undefined ? terms : `${request.prompt} ${terms}`;
  const message = `The model '${request.model}' takes no 'keywords': they were added to the prompt.`;
  return {
    purpose: { ...purpose, request: { ...request, prompt, keywords: [] } },
    warnings: [{ param: "keywords", message }],
  };
};

/** The gateway's own business, whatever an unknown option is called. */
const RESERVED = new Set(["file", "model", "response_format", "stream"]);

const toText = (value: OptionValue): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);

const optionFields = (
  options: Readonly<Record<string, OptionValue>>,
  table: OptionTable,
): readonly FormField[] => [
  ...toOptionFields(options, table),
  // Only servers whose options are not all known get here with others: those go as they are.
  ...Object.entries(options)
    .filter(([name]) => !Object.hasOwn(table, name) && !RESERVED.has(name))
    .flatMap(([name, value]) =>
      (Array.isArray(value) ? value : [value]).map((item: OptionValue): FormField => [
        name,
        toText(item),
      ]),
    ),
];

/** What the user set by its own name wins over what was derived from the request. */
const overlay = (
  fields: readonly FormField[],
  options: readonly FormField[],
): readonly FormField[] => {
  const names = new Set(options.map(([name]) => name));
  return [...fields.filter(([name]) => !names.has(name)), ...options];
};

/** Times that only the gateway wanted, to make subtitles of, and streams that come in one piece. */
const isOwnBusiness = (param: string, { request }: FormPurpose): boolean =>
  param === "stream" ||
  (param === "timestamp_granularities" && request.timestampGranularities.length === 0);

/**
 * Maps a request to the text fields of OpenAI's form, the model first and options last, with a warning
 * for each wish that is left out or changed beyond what `checkRequest` tells.
 */
export function toRequestForm(
  wanted: FormPurpose,
  deviations: OpenaiDeviations,
  options: OptionTable,
): { readonly fields: readonly FormField[]; readonly warnings: readonly Warning[] } {
  const { purpose, warnings } = foldKeywords(wanted);
  const fields: FormField[] = [];
  for (const wish of toRequestParts(purpose, deviations)) {
    const reason = reasonToLeaveOut(wish, purpose, deviations);
    if (reason === undefined) fields.push(...wish.fields);
    else if (!isOwnBusiness(wish.param, purpose))
      warnings.push({ param: wish.param, message: reason });
  }
  const complete = overlay(fields, optionFields(purpose.request.options, options));
  return { fields: deviations.toFields?.(complete, purpose) ?? complete, warnings };
}
