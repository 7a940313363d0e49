import { needsOf, TranscriptionError } from "@earshot/core";
import type { HttpBody, HttpCall, OptionValue, TranscriptionRequest, Warning } from "@earshot/core";
import { joinUrl, toOptionFields } from "@earshot/provider-kit";
import type { DeepgramAddress } from "./deepgram-address.ts";
import { familyOf, vocabularyParameterOf } from "./deepgram-models.ts";
import { deepgramOptions } from "./deepgram-options.ts";
import { toLanguageParameters } from "./language-parameters.ts";
import type { DetectionMode } from "./language-parameters.ts";
import type { QueryField } from "./query-fields.ts";
import { toVocabularyParameters } from "./vocabulary-parameters.ts";

/** A deployment as its requests see it. */
export interface DeepgramTarget extends Pick<DeepgramAddress, "baseUrl" | "headers"> {
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
  code: "invalid_request" | "unsupported_feature",
  param: string,
  message: string,
): TranscriptionError => new TranscriptionError(code, message, { param, provider: "deepgram" });

const checkModel = (model: string, baseUrl: string): void => {
  const family = familyOf(model);
  if (family === "flux") {
    const message = `${model} serves live streams only, over a WebSocket. Ask nova-3 for recordings.`;
    throw refuse("unsupported_feature", "model", message);
  }
  if (family === "whisper" && /^https?:\/\/api\.eu\.deepgram\.com(?:[:/?]|$)/iu.test(baseUrl)) {
    const message = `Deepgram's EU host has no Whisper models such as ${model}. Ask nova-3, or another host.`;
    throw refuse("unsupported_feature", "model", message);
  }
};

const checkCallback = (options: Readonly<Record<string, OptionValue>>): void => {
  const name = ["callback", "callback_method"].find((option) => options[option] !== undefined);
  if (name === undefined) return;
  const message = `The option \`${name}\` is refused: Deepgram would send the transcript to the callback and answer without one. Leave it out.`;
  throw refuse("invalid_request", name, message);
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

const warningsOf = (request: TranscriptionRequest): readonly Warning[] => {
  const vocabulary = vocabularyParameterOf(familyOf(request.model));
  const ignored: Readonly<Record<string, boolean>> = {
    prompt: request.prompt !== undefined && request.prompt !== "",
    temperature: request.temperature !== undefined,
    include: request.include.length > 0,
    keywords: request.keywords.length > 0 && vocabulary === undefined,
    chunking_strategy: typeof request.chunkingStrategy === "object",
  };
  return Object.entries(ignored)
    .filter(([, isIgnored]) => isIgnored)
    .map(([param]) => ({
      param,
      message: `'${param}' was left out: deepgram/${request.model} has no such parameter.`,
    }));
};

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
  request: TranscriptionRequest,
): DeepgramRequest {
  const { model, options } = request;
  checkModel(model, target.baseUrl);
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
    warnings: [...languages.warnings, ...warningsOf(request)],
  };
}
