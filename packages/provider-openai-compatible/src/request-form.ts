import type { OptionTable, OptionValue, Warning } from "@earshot/core";
import { toOptionFields } from "@earshot/provider-kit";
import type { FormField, FormPurpose, OpenaiDeviations } from "./deviations.ts";
import { toRequestParts } from "./request-parts.ts";
import type { RequestPart } from "./request-parts.ts";

/** A form's text fields in order, and a warning for each wish that it leaves out or changes. */
export interface RequestForm {
  readonly fields: readonly FormField[];
  readonly warnings: readonly Warning[];
}

export interface FormRules {
  readonly deviations: OpenaiDeviations;
  readonly options: OptionTable;
}

const TRANSLATION_FIELDS = new Set(["model", "prompt", "response_format", "temperature"]);

const NOT_SENT: Readonly<Record<string, string>> = {
  languages: "Only one language hint can be sent: the language was detected instead.",
  timestamp_granularities: "The model gives no times for single words.",
  diarize: "The model does not tell speakers apart.",
};

const lacksCapability = (param: string, { format, capabilities }: FormPurpose): boolean => {
  switch (param) {
    case "prompt":
      return !capabilities.prompt;
    case "keywords":
      return !capabilities.keywords;
    case "temperature":
      return !capabilities.temperature;
    case "include":
      return !capabilities.logprobs || format !== "json";
    case "known_speaker_names":
      return capabilities.maxKnownSpeakers === 0;
    case "stream":
      return !capabilities.streaming;
    default:
      return false;
  }
};

const reasonToLeaveOut = (
  { param, fields }: RequestPart,
  purpose: FormPurpose,
  { missingFields = [], translationFields = [] }: OpenaiDeviations,
): string | undefined => {
  if (fields.length === 0) return NOT_SENT[param];
  const allowed =
    purpose.request.task === "transcribe" ||
    TRANSLATION_FIELDS.has(param) ||
    translationFields.includes(param);
  if (!allowed) return `Translations take no '${param}': it was left out.`;
  if (missingFields.includes(param) || lacksCapability(param, purpose))
    return `The model '${purpose.request.model}' takes no '${param}': it was left out.`;
  return undefined;
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

/** Maps a request to the text fields of OpenAI's form, the model first and options last. */
export function toRequestForm(wanted: FormPurpose, rules: FormRules): RequestForm {
  const { deviations, options } = rules;
  const { purpose, warnings } = foldKeywords(wanted);
  const fields: FormField[] = [];
  for (const part of toRequestParts(purpose, deviations)) {
    const reason = reasonToLeaveOut(part, purpose, deviations);
    if (reason === undefined) fields.push(...part.fields);
    else if (!isOwnBusiness(part.param, purpose))
      warnings.push({ param: part.param, message: reason });
  }
  const complete = overlay(fields, optionFields(purpose.request.options, options));
  return { fields: deviations.toFields?.(complete, purpose) ?? complete, warnings };
}
