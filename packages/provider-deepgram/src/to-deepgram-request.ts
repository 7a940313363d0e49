import { needsOf, TranscriptionError } from "@earshot/core";
import type { HttpBody, HttpCall, OptionValue, TranscriptionRequest, Warning } from "@earshot/core";
import { checkRequest, joinUrl, toOptionFields } from "@earshot/provider-kit";
import { toLanguageParameters } from "./deepgram-languages.ts";
import type { DetectionMode } from "./deepgram-languages.ts";
import {
  deepgramCapabilities,
  familyOf,
  MAXIMUM_KEYTERM_TOKENS,
  MAXIMUM_KEYWORDS,
  vocabularyParameterOf,
} from "./deepgram-models.ts";
import { deepgramOptions, textsOf } from "./deepgram-options.ts";
import type { QueryField } from "./deepgram-options.ts";

const KIND = "deepgram";

/** A deployment as its requests see it. */
export interface DeepgramTarget {
  /** Without `/v1/listen`. */
  readonly baseUrl: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly detection: DetectionMode;
}

/** The call for one request, and what its answer does not say. */
export interface DeepgramRequest {
  readonly call: HttpCall;
  /** ISO code of the one language that was asked for; undefined when Deepgram finds it out. */
  readonly language: string | undefined;
  /** True when every channel is transcribed, and billed, on its own. */
  readonly multichannel: boolean;
  readonly warnings: readonly Warning[];
}

/** Options that are sent in another way than as they are. */
const TRANSLATED = new Set([
  "callback",
  "callback_method",
  "detect_language",
  "diarize",
  "diarize_model",
  "keyterm",
  "keywords",
  "language_hint",
]);

const refuse = (
  param: string,
  message: string,
  code: "invalid_request" | "unsupported_feature" = "invalid_request",
): TranscriptionError => new TranscriptionError(code, message, { param, provider: KIND });

const checkModel = (model: string, baseUrl: string): void => {
  const family = familyOf(model);
  if (family === "flux") {
    const message = `${model} serves live streams only, over a WebSocket. Ask nova-3 for recordings.`;
    throw refuse("model", message, "unsupported_feature");
  }
  if (family === "whisper" && /^https?:\/\/api\.eu\.deepgram\.com(?:[:/?]|$)/iu.test(baseUrl)) {
    const message = `Deepgram's EU host has no Whisper models such as ${model}. Ask nova-3, or another host.`;
    throw refuse("model", message, "unsupported_feature");
  }
};

const checkCallback = (options: Readonly<Record<string, OptionValue>>): void => {
  const name = ["callback", "callback_method"].find((option) => options[option] !== undefined);
  if (name === undefined) return;
  const message = `The option \`${name}\` is refused: Deepgram would send the transcript to the callback and answer without one. Leave it out.`;
  throw refuse(name, message);
};

const speakerFields = (request: TranscriptionRequest): readonly QueryField[] => {
  const { diarize, diarize_model: version } = request.options;
  if (typeof version === "string") return [["diarize_model", version]];
  if (needsOf(request).speakers || diarize === true) return [["diarize_model", "latest"]];
  return diarize === false ? [["diarize", "false"]] : [];
};

/** OpenAI's text is punctuated, so is this one unless the client says otherwise. */
const formattingFields = (request: TranscriptionRequest): readonly QueryField[] => {
  const { options } = request;
  const { segments } = needsOf(request);
  const speakers = speakerFields(request).some(([name]) => name === "diarize_model");
  const defaults: readonly (readonly [name: string, isOn: boolean])[] = [
    ["smart_format", options["punctuate"] !== false],
    ["punctuate", true],
    ["utterances", segments || speakers || options["multichannel"] === true],
  ];
  return defaults
    .filter(([name, isOn]) => isOn && options[name] === undefined)
    .map(([name]): QueryField => [name, "true"]);
};

const passedFields = (options: Readonly<Record<string, OptionValue>>): readonly QueryField[] =>
  toOptionFields(options, deepgramOptions).filter(([name]) => !TRANSLATED.has(name));

type Parameter = "keyterm" | "keywords";

/** A term and the name of the field it came in. */
interface Term {
  readonly text: string;
  readonly param: string;
}

/** `Earshot:2`, but not `16:9`. */
const WEIGHTED = /\p{L}\s*:\s*-?\d+(?:\.\d+)?$/u;
const KEYWORD = /^[^:]+(?::-?\d+(?:\.\d+)?)?$/u;

const checkTerm = ({ text, param }: Term, model: string): void => {
  if (text.trim() === "" || /[\r\n\u2028\u2029]/u.test(text)) {
    throw refuse(param, `A term of \`${param}\` is empty or holds a line break.`);
  }
  if (vocabularyParameterOf(familyOf(model)) === "keyterm") {
    if (!WEIGHTED.test(text)) return;
    const message = `\`${text}\` carries a weight, which ${model} would take for a part of the term. Send the term alone.`;
    throw refuse(param, message);
  }
  if (KEYWORD.test(text)) return;
  const message = `\`${text}\` is no keyword of ${model}: write \`word\` or \`word:boost\` with a number.`;
  throw refuse(param, message);
};

/** Tokens are not words, but no word has less than one. */
const countWords = (terms: readonly Term[]): number =>
  terms.reduce((sum, { text }) => sum + text.trim().split(/\s+/u).length, 0);

const checkNumber = (terms: readonly Term[], parameter: Parameter, model: string): void => {
  const param = terms.at(-1)?.param ?? "keywords";
  if (parameter === "keywords" && terms.length > MAXIMUM_KEYWORDS) {
    const message = `${model} takes up to ${MAXIMUM_KEYWORDS} keywords, not ${terms.length}.`;
    throw refuse(param, message);
  }
  const words = countWords(terms);
  if (parameter === "keyterm" && words > MAXIMUM_KEYTERM_TOKENS) {
    const message = `The key terms have ${words} words together, ${model} takes up to ${MAXIMUM_KEYTERM_TOKENS} tokens.`;
    throw refuse(param, message);
  }
};

const checkParameter = (
  { model, options }: Pick<TranscriptionRequest, "model" | "options">,
  parameter: Parameter | undefined,
): void => {
  for (const name of ["keyterm", "keywords"] as const) {
    if (options[name] === undefined || name === parameter) continue;
    const remedy = parameter === undefined ? "It has no vocabulary." : `Send \`${parameter}\`.`;
    const message = `${model} does not take the option \`${name}\`. ${remedy}`;
    throw refuse(name, message, "unsupported_feature");
  }
};

/**
 * The terms to listen for, as `keyterm` (Nova-3) or `keywords` (older models), each with a parameter
 * of its own; none for Whisper. Throws `invalid_request` for what Deepgram would misread or refuse,
 * and `unsupported_feature` for an option that belongs to other models.
 *
 * @see https://developers.deepgram.com/docs/keyterm
 * @see https://developers.deepgram.com/docs/keywords
 */
export function toVocabularyParameters(
  request: Pick<TranscriptionRequest, "model" | "keywords" | "options">,
): readonly QueryField[] {
  const { model, keywords, options } = request;
  const parameter = vocabularyParameterOf(familyOf(model));
  checkParameter(request, parameter);
  if (parameter === undefined) return [];
  const terms: readonly Term[] = [
    ...keywords.map((text) => ({ text, param: "keywords" })),
    ...textsOf(options, parameter).map((text) => ({ text, param: parameter })),
  ];
  for (const term of terms) checkTerm(term, model);
  checkNumber(terms, parameter, model);
  return terms.map(({ text }): QueryField => [parameter, text.trim()]);
}

const AUDIO_TYPE = /^(?:audio|video)\/|^application\/ogg\b/iu;

const bodyOf = ({ audio }: TranscriptionRequest): HttpBody => {
  if (audio.type === "url") return { type: "json", value: { url: audio.url } };
  // A file that calls itself JSON would be read as the address of other audio.
  const contentType = AUDIO_TYPE.test(audio.mediaType)
    ? audio.mediaType
    : "application/octet-stream";
  return { type: "raw", audio, contentType };
};

/**
 * The call of the pre-recorded API: the audio as it is for a body, everything else in the query.
 * Throws for a model, an option or a term that Deepgram would refuse or misread.
 *
 * @see https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded
 */
export function toDeepgramRequest(
  target: DeepgramTarget,
  asked: TranscriptionRequest,
): DeepgramRequest {
  const { model, options } = asked;
  checkModel(model, target.baseUrl);
  const { request, warnings } = checkRequest(
    { kind: KIND, capabilities: deepgramCapabilities },
    asked,
  );
  checkCallback(options);
  const languages = toLanguageParameters(request, target.detection);
  const query: readonly QueryField[] = [
    // Without it Deepgram uses its oldest model.
    ["model", model],
    ...languages.fields,
    ...formattingFields(request),
    ...speakerFields(request),
    ...toVocabularyParameters(request),
    ...passedFields(options),
  ];
  const url = joinUrl(target.baseUrl, "/v1/listen", query);
  return {
    call: { method: "POST", url, headers: target.headers, body: bodyOf(request) },
    language: languages.language,
    multichannel: options["multichannel"] === true,
    warnings: [...languages.warnings, ...warnings],
  };
}
