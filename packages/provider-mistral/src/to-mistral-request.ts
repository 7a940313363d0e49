import { capabilitiesOf, isoLanguageOf, needsOf, TranscriptionError } from "@earshot/core";
import type { HttpCall, TimestampGranularity, TranscriptionRequest, Warning } from "@earshot/core";
import { asArray, asBoolean, asString, checkRequest, joinUrl } from "@earshot/provider-kit";
import type { CheckedRequest } from "@earshot/provider-kit";
import { generationOf, MAXIMUM_TERMS, mistralCapabilities } from "./mistral-capabilities.ts";

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

const KIND = "mistral";
const MAXIMUM_URL_CHARACTERS = 2083;

/** The client's keywords and the option of Mistral's own name, each once, as the model takes them. */
const contextBiasOf = ({ model, keywords, options }: TranscriptionRequest): readonly string[] => {
  const own = asArray(options["context_bias"]).filter((term) => typeof term === "string");
  const terms = [...new Set([...keywords, ...own])];
  // Before version 3 a term has no spaces; Mistral's own examples join its words like this.
  return generationOf(model) === 3
    ? terms
    : terms.map((term) => term.trim().replaceAll(/\s+/gu, "_"));
};

/** What is wrong with the terms of a model before version 3, its own option's among them. */
const problemOfTerms = (terms: readonly string[]): string | undefined => {
  if (terms.length > MAXIMUM_TERMS) return `up to ${MAXIMUM_TERMS} terms, not ${terms.length}`;
  const strange = terms.find((term) => term.includes(","));
  return strange === undefined ? undefined : `no commas in terms, as in '${strange}'`;
};

const refuse = (param: string, message: string): TranscriptionError =>
  new TranscriptionError("invalid_request", message, { param, provider: KIND });

/** The request as Mistral takes it. Throws an error with `param` for what it would refuse. */
const checkMistralRequest = (asked: TranscriptionRequest): CheckedRequest => {
  const { model, audio } = asked;
  if (model.includes("realtime"))
    throw new TranscriptionError(
      "unsupported_feature",
      `Mistral serves ${model} over a WebSocket only. Use voxtral-mini-transcribe-latest for files.`,
      { param: "model", provider: KIND },
    );
  const checked = checkRequest({ kind: KIND, capabilities: mistralCapabilities }, asked);
  const isOld = generationOf(model) < 3;
  const problem = isOld ? problemOfTerms(contextBiasOf(checked.request)) : undefined;
  if (problem !== undefined) throw refuse("context_bias", `The model '${model}' takes ${problem}.`);
  if (audio.type === "url" && audio.url.length > MAXIMUM_URL_CHARACTERS)
    throw refuse(
      "url",
      `The URL has ${audio.url.length} characters, Mistral takes up to ${MAXIMUM_URL_CHARACTERS}.`,
    );
  return checked;
};

/** Mistral takes one kind of times at most, and only segments beside speakers. */
const granularityOf = (request: TranscriptionRequest): TimestampGranularity | undefined => {
  const { words, segments, speakers } = needsOf(request);
  const { wordTimestamps } = capabilitiesOf(mistralCapabilities, request.model);
  if (words && wordTimestamps === "measured" && !speakers) return "word";
  return words || segments || speakers ? "segment" : undefined;
};

/** Two letters are all that Mistral knows. */
const codeOf = (hint: string): string | undefined => {
  const code = isoLanguageOf(hint);
  return /^[a-z]{2}$/u.test(code) ? code : undefined;
};

const isBesideTimes = ({ model }: TranscriptionRequest, times: unknown): boolean =>
  times !== undefined && generationOf(model) < 3;

const planOf = (request: TranscriptionRequest): Plan => {
  const granularity = granularityOf(request);
  const [hint] = request.languages;
  const isTold = hint !== undefined && !isBesideTimes(request, granularity);
  return { request, granularity, language: isTold ? codeOf(hint) : undefined };
};

/** Mistral tells the language only when it is asked, and only when it was not told. */
const returnsLanguage = ({ request, language }: Plan): boolean | undefined => {
  const asked = asBoolean(request.options["return_language"]);
  if (language !== undefined) return asked === true ? undefined : asked;
  return asked ?? (generationOf(request.model) === 3 ? true : undefined);
};

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

/** What Mistral takes no two of, beyond what the capabilities say; a warning each. */
const warningsOf = ({ request, granularity, language }: Plan): readonly Warning[] => {
  const { model, languages, options } = request;
  const { words, speakers } = needsOf(request);
  const isMeasured = capabilitiesOf(mistralCapabilities, model).wordTimestamps === "measured";
  const reason = isBesideTimes(request, granularity)
    ? `The model '${model}' takes no language hint when it gives times`
    : "Mistral takes language codes of two letters only";
  const leftOut: readonly (readonly [param: string, isLeftOut: boolean, message: string])[] = [
    [
      "language",
      languages.length > 0 && language === undefined,
      `${reason}: the language was detected instead.`,
    ],
    [
      "timestamp_granularities",
      words && isMeasured && speakers,
      "Mistral gives no times for single words when it tells speakers apart.",
    ],
    [
      "return_language",
      language !== undefined && asBoolean(options["return_language"]) === true,
      "Mistral takes 'language' or 'return_language': the language is the one that was given.",
    ],
  ];
  return leftOut.flatMap(([param, isLeftOut, message]) => (isLeftOut ? [{ param, message }] : []));
};

/**
 * Describes the call that a request becomes: a form with the model first and the file last, lists
 * under their plain names. Throws what Mistral would refuse.
 *
 * @see https://docs.mistral.ai/api/endpoint/audio/transcriptions
 */
export function toMistralCall(server: MistralServer, asked: TranscriptionRequest): MistralCall {
  const { request, warnings } = checkMistralRequest(asked);
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
    warnings: [...warnings, ...warningsOf(plan)],
    granularity: plan.granularity,
    language: plan.language,
  };
}
