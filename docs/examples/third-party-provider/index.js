import { toIsoLanguage, TranscriptionError } from "@earshot/core";
// A provider for a made-up vendor, "Parley": the audio is the whole request body, options travel in
// the query, and the answer has its times in milliseconds.
import {
  asArray,
  asNumber,
  asRecord,
  asSeconds,
  asString,
  callProvider,
  checkRequest,
  defineProvider,
  joinUrl,
  readJson,
  requireSetting,
  toHeaders,
  toOptionFields,
} from "@earshot/provider-kit";

const KIND = "parley";

/** @type {import("@earshot/core").CapabilityTable} */
const capabilities = {
  default: {
    nativeFormats: [],
    wordTimestamps: "measured",
    segmentTimestamps: false,
    diarization: false,
    maxKnownSpeakers: 0,
    streaming: false,
    translation: false,
    prompt: false,
    keywords: false,
    temperature: false,
    logprobs: false,
    languages: "any",
    languageDetection: true,
    urlInput: false,
    mediaTypes: "any",
  },
};

/** @type {import("@earshot/core").OptionTable} */
const options = {
  polish: { type: "boolean", description: "Writes numbers as digits. Default false." },
};

/**
 * The request as a description of one HTTP call.
 *
 * @param {{ baseUrl: string, headers: Readonly<Record<string, string>> }} server
 * @param {import("@earshot/core").TranscriptionRequest} request
 * @returns {import("@earshot/core").HttpCall}
 */
const toCall = ({ baseUrl, headers }, request) => {
  if (request.audio.type === "url") throw new Error("The router sends no URLs to this provider.");
  const [language] = request.languages;
  return {
    method: "POST",
    url: joinUrl(baseUrl, "/v1/hear", [
      ["model", request.model],
      ...(language === undefined ? [] : [/** @type {const} */ (["language", language])]),
      ...toOptionFields(request.options, options),
    ]),
    headers,
    body: { type: "raw", audio: request.audio, contentType: request.audio.mediaType },
  };
};

/**
 * From milliseconds; undefined for what no recording has.
 *
 * @param {unknown} value
 */
const toSeconds = (value) => asSeconds((asNumber(value) ?? -1) / 1000);

/** @param {unknown} value @returns {import("@earshot/core").Word[]} */
const toWord = (value) => {
  const word = asRecord(value);
  const text = asString(word?.["w"]);
  const [startSeconds, endSeconds] = [toSeconds(word?.["from"]), toSeconds(word?.["to"])];
  if (text === undefined || startSeconds === undefined || endSeconds === undefined) return [];
  return [{ text, startSeconds, endSeconds }];
};

/**
 * The answer as a transcript: seconds, ISO language, nothing made up.
 *
 * @param {unknown} answer
 * @param {string} id
 * @returns {import("@earshot/core").Transcript}
 */
const fromAnswer = (answer, id) => {
  const body = asRecord(answer);
  const text = asString(body?.["heard"]);
  if (text === undefined)
    throw new TranscriptionError("bad_response", `${id} answered without a text.`, {
      provider: id,
    });
  return {
    text,
    language: toIsoLanguage(asString(body?.["tongue"]) ?? ""),
    durationSeconds: toSeconds(body?.["length"]),
    words: asArray(body?.["words"]).flatMap(toWord),
    warnings: [],
    raw: answer,
  };
};

/** @param {import("@earshot/core").ProviderSettings} settings @returns {import("@earshot/core").Provider} */
const create = (settings) => {
  const apiKey = requireSetting(KIND, "apiKey", settings.apiKey);
  const server = {
    baseUrl: settings.baseUrl ?? "https://api.parley.example",
    headers: toHeaders({ "x-parley-key": apiKey }, settings.headers),
  };
  const id = settings.id ?? KIND;
  return {
    specVersion: 1,
    kind: KIND,
    id,
    capabilities,
    transcribe: async (asked, context) => {
      const { request, warnings } = checkRequest({ kind: KIND, capabilities }, asked);
      const call = toCall(server, request);
      const { response, text } = await callProvider(context, {
        provider: id,
        call,
        secrets: [apiKey],
      });
      const requestId = response.header("x-request-id");
      return { ...fromAnswer(readJson(text, id), id), requestId, warnings };
    },
  };
};

/** What a config loads: `earshot_settings: { providers: [earshot-provider-parley] }`. */
export const parleyProvider = defineProvider({
  specVersion: 1,
  kind: KIND,
  displayName: "Parley",
  documentationUrl: "https://docs.parley.example",
  environment: { apiKey: ["PARLEY_API_KEY"], baseUrl: ["PARLEY_API_BASE"] },
  requiresApiKey: true,
  capabilities,
  options,
  create,
});
