import { capabilitiesOf, needsOf, toIsoLanguage } from "@earshot/core";
import type { HttpCall, TranscriptionRequest, Warning } from "@earshot/core";
import { checkRequest, joinUrl, toOptionFields } from "@earshot/provider-kit";
import { templateCapabilities } from "./template-capabilities.ts";
import { templateOptions } from "./template-options.ts";

/** Where calls go, and as whom. */
export interface TemplateTarget {
  /** Without slash at its end. */
  readonly baseUrl: string;
  /** Lower-case names; with the key. */
  readonly headers: Readonly<Record<string, string>>;
}

/** A call, and a warning for each wish that it leaves out. */
export interface TemplateRequest {
  readonly call: HttpCall;
  readonly warnings: readonly Warning[];
}

type Field = readonly [name: string, value: string];

const languageFields = ({ languages }: TranscriptionRequest): readonly Field[] => {
  const [first, ...others] = languages;
  // One of several hints would force its language upon the rest: then detection serves better.
  return first === undefined || others.length > 0
    ? []
    : [["language", toIsoLanguage(first) ?? first]];
};

const timeFields = (request: TranscriptionRequest): readonly Field[] => {
  const { wordTimestamps } = capabilitiesOf(templateCapabilities, request.model);
  const needs = needsOf(request);
  return [
    ...(needs.segments ? [["times", "segments"] as const] : []),
    ...(needs.words && wordTimestamps !== "none" ? [["times", "words"] as const] : []),
  ];
};

const keywordFields = ({ model, keywords }: TranscriptionRequest): readonly Field[] =>
  capabilitiesOf(templateCapabilities, model).keywords
    ? keywords.map((keyword): Field => ["keyword", keyword])
    : [];

const warningsFor = (request: TranscriptionRequest): readonly Warning[] => {
  const { languages, chunkingStrategy } = request;
  const severalLanguages: Warning = {
    param: "languages",
    message: "'languages' was left out: Template takes one, so the language was detected.",
  };
  const chunking: Warning = {
    param: "chunking_strategy",
    message: "'chunking_strategy' was left out: Template cuts the audio by itself.",
  };
  return [
    ...checkRequest({ kind: "template", capabilities: templateCapabilities }, request).warnings,
    ...(languages.length > 1 ? [severalLanguages] : []),
    ...(chunkingStrategy === undefined ? [] : [chunking]),
  ];
};

/**
 * Describes the call that a request becomes, as plain data: the fields in a fixed order, the file
 * last.
 *
 * @see https://template.example/docs/transcribe
 */
export function toTemplateRequest(
  { baseUrl, headers }: TemplateTarget,
  request: TranscriptionRequest,
): TemplateRequest {
  const { audio, model, options } = request;
  const fields: readonly Field[] = [
    ["model", model],
    ...languageFields(request),
    ...timeFields(request),
    ...keywordFields(request),
    ...toOptionFields(options, templateOptions),
  ];
  return {
    call: {
      method: "POST",
      url: joinUrl(baseUrl, "/transcribe"),
      headers,
      body: {
        type: "multipart",
        fields,
        ...(audio.type === "file" ? { file: { name: "audio", audio } } : {}),
      },
    },
    warnings: warningsFor(request),
  };
}
