import { capabilitiesOf, isoLanguageOf, needsOf } from "@earshot/core";
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

const timeFields = (request: TranscriptionRequest): readonly Field[] => {
  const { wordTimestamps } = capabilitiesOf(templateCapabilities, request.model);
  const needs = needsOf(request);
  return [
    ...(needs.segments ? [["times", "segments"] as const] : []),
    ...(needs.words && wordTimestamps !== "none" ? [["times", "words"] as const] : []),
  ];
};

/**
 * Describes the call that a request becomes, as plain data: the fields in a fixed order, the file
 * last. Throws what the model cannot do; what it merely does not take is left out, with a warning.
 *
 * @see https://template.example/docs/transcribe
 */
export function toTemplateRequest(
  { baseUrl, headers }: TemplateTarget,
  asked: TranscriptionRequest,
): TemplateRequest {
  const limits = { kind: "template", capabilities: templateCapabilities };
  const { request, warnings } = checkRequest(limits, asked);
  const { audio, model, languages, keywords, options } = request;
  const fields: readonly Field[] = [
    ["model", model],
    ...languages.map((hint): Field => ["language", isoLanguageOf(hint)]),
    ...timeFields(request),
    ...keywords.map((keyword): Field => ["keyword", keyword]),
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
    warnings,
  };
}
