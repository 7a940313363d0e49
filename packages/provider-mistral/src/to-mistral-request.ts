import { capabilitiesOf, needsOf, toIsoLanguage } from "@earshot/core";
import type { HttpCall, TimestampGranularity, TranscriptionRequest, Warning } from "@earshot/core";
import { asArray, asBoolean, asString, joinUrl } from "@earshot/provider-kit";
import { mistralCapabilities } from "./mistral-capabilities.ts";
import { generationOf } from "./voxtral-models.ts";

/** Where to call and with which headers, the key among them. */
export interface MistralServer {
  readonly baseUrl: string;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string>>;
}

/** What a request becomes, and what its answer must be read with. */
export interface MistralCall {
  readonly call: HttpCall;
  readonly warnings: readonly Warning[];
  /** The times that were asked for. */
  readonly granularity: TimestampGranularity | undefined;
  /** The language that Mistral was told. */
  readonly language: string | undefined;
}

type Field = readonly [name: string, value: string];

interface Plan {
  readonly request: TranscriptionRequest;
  readonly granularity: TimestampGranularity | undefined;
  readonly language: string | undefined;
}

/** Mistral takes one kind of times at most, and only segments beside speakers. */
const granularityOf = (request: TranscriptionRequest): TimestampGranularity | undefined => {
  const { words, segments, speakers } = needsOf(request);
  const { wordTimestamps } = capabilitiesOf(mistralCapabilities, request.model);
  if (words && wordTimestamps === "measured" && !speakers) return "word";
  return words || segments || speakers ? "segment" : undefined;
};

/** Two letters are all that Mistral knows. */
const codeOf = (hint: string): string | undefined => {
  const code = toIsoLanguage(hint) ?? hint.toLowerCase();
  return /^[a-z]{2}$/u.test(code) ? code : undefined;
};

const isBesideTimes = ({ model }: TranscriptionRequest, times: unknown): boolean =>
  times !== undefined && generationOf(model) < 3;

const planOf = (request: TranscriptionRequest): Plan => {
  const granularity = granularityOf(request);
  const [hint, ...others] = request.languages;
  // One of several hints would force its language upon the others: then detection serves better.
  const only = hint === undefined || others.length > 0 ? undefined : codeOf(hint);
  const language = isBesideTimes(request, granularity) ? undefined : only;
  return { request, granularity, language };
};

/** Mistral tells the language only when it is asked, and only when it was not told. */
const returnsLanguage = ({ request, language }: Plan): boolean | undefined => {
  const asked = asBoolean(request.options["return_language"]);
  if (language !== undefined) return asked === true ? undefined : asked;
  return asked ?? (generationOf(request.model) === 3 ? true : undefined);
};

/** The client's keywords and the option of Mistral's own name, each once, as the model takes them. */
export function contextBiasOf(request: TranscriptionRequest): readonly string[] {
  const { keywords } = capabilitiesOf(mistralCapabilities, request.model);
  const own = asArray(request.options["context_bias"]).filter((term) => typeof term === "string");
  const terms = [...new Set([...(keywords ? request.keywords : []), ...own])];
  // Before version 3 a term has no spaces; Mistral's own examples join its words like this.
  return generationOf(request.model) === 3
    ? terms
    : terms.map((term) => term.trim().replaceAll(/\s+/gu, "_"));
}

const audioFields = ({ audio, options }: TranscriptionRequest): readonly Field[] => {
  const fileId = asString(options["file_id"]);
  if (fileId !== undefined) return [["file_id", fileId]];
  return audio.type === "url" ? [["file_url", audio.url]] : [];
};

const toFields = (plan: Plan): readonly Field[] => {
  const { request, granularity, language } = plan;
  const { model, temperature, diarize, stream } = request;
  const tells = returnsLanguage(plan);
  const speakers = diarize && capabilitiesOf(mistralCapabilities, model).diarization;
  return [
    ["model", model],
    ...(language === undefined ? [] : [["language", language] as const]),
    ...(tells === undefined ? [] : [["return_language", String(tells)] as const]),
    ...(temperature === undefined ? [] : [["temperature", String(temperature)] as const]),
    ...(granularity === undefined ? [] : [["timestamp_granularities", granularity] as const]),
    ...(speakers ? [["diarize", "true"] as const] : []),
    ...contextBiasOf(request).map((term): Field => ["context_bias", term]),
    ...(stream ? [["stream", "true"] as const] : []),
    ...audioFields(request),
  ];
};

const languageWarning = ({ request, granularity, language }: Plan): Warning | undefined => {
  const { languages, model } = request;
  if (languages.length === 0 || language !== undefined) return undefined;
  if (languages.length > 1)
    return {
      param: "languages",
      message: "Mistral takes only one language hint: the language was detected instead.",
    };
  const reason = isBesideTimes(request, granularity)
    ? `The model '${model}' takes no language hint when it gives times`
    : "Mistral takes language codes of two letters only";
  return { param: "language", message: `${reason}: the language was detected instead.` };
};

const toldTwice = ({ request, language }: Plan): boolean =>
  language !== undefined && asBoolean(request.options["return_language"]) === true;

/** What Mistral has no field for, or takes no two of; a warning each. */
const warningsOf = (plan: Plan): readonly Warning[] => {
  const { request, granularity } = plan;
  const { model, prompt, keywords, include, chunkingStrategy } = request;
  const can = capabilitiesOf(mistralCapabilities, model);
  const { words, speakers } = needsOf(request);
  const leftOut: readonly (readonly [param: string, isLeftOut: boolean, message: string])[] = [
    [
      "prompt",
      prompt !== undefined,
      "Mistral takes no prompt: it was left out. Names and terms can be sent as 'keywords'.",
    ],
    [
      "keywords",
      keywords.length > 0 && !can.keywords,
      `The model '${model}' takes no keywords: they were left out.`,
    ],
    [
      "timestamp_granularities",
      words && granularity !== "word" && speakers,
      "Mistral gives no times for single words when it tells speakers apart.",
    ],
    ["diarize", speakers && !can.diarization, "The model does not tell speakers apart."],
    [
      "return_language",
      toldTwice(plan),
      "Mistral takes 'language' or 'return_language': the language is the one that was given.",
    ],
    ["include", include.length > 0, "Mistral gives no log probabilities."],
    [
      "chunking_strategy",
      typeof chunkingStrategy === "object",
      "Mistral finds the speech in the audio by itself: the settings for it were left out.",
    ],
  ];
  const language = languageWarning(plan);
  return [
    ...(language === undefined ? [] : [language]),
    ...leftOut.flatMap(([param, isLeftOut, message]) => (isLeftOut ? [{ param, message }] : [])),
  ];
};

/**
 * Describes the call that a request becomes: a form with the model first and the file last, lists
 * under their plain names.
 *
 * @see https://docs.mistral.ai/api/endpoint/audio/transcriptions
 */
export function toMistralCall(server: MistralServer, request: TranscriptionRequest): MistralCall {
  const plan = planOf(request);
  const { audio, options } = request;
  const uploads = audio.type === "file" && options["file_id"] === undefined;
  return {
    call: {
      method: "POST",
      url: joinUrl(server.baseUrl, "/audio/transcriptions"),
      headers: server.headers,
      body: {
        type: "multipart",
        fields: toFields(plan),
        ...(uploads ? { file: { name: "file", audio } } : {}),
      },
    },
    warnings: warningsOf(plan),
    granularity: plan.granularity,
    language: plan.language,
  };
}
