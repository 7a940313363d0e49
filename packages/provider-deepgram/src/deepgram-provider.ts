import { TranscriptionError } from "@earshot/core";
import type {
  HttpCall,
  Provider,
  ProviderContext,
  ProviderDefinition,
  ProviderSettings,
} from "@earshot/core";
import {
  callProvider,
  defineProvider,
  finishReading,
  isLongBody,
  joinUrl,
  readAnswerWork,
  readRegion,
  requestIdOf,
  requireBaseUrl,
  requireSetting,
  secretsOf,
  toHeaders,
} from "@earshot/provider-kit";
import type { ProviderCall } from "@earshot/provider-kit";
import { classifyDeepgramError } from "./classify-deepgram-error.ts";
import { deepgramCapabilities } from "./deepgram-models.ts";
import { deepgramOptions, deepgramSettings } from "./deepgram-options.ts";
import { fromDeepgramResponse } from "./from-deepgram-response.ts";
import { toDeepgramRequest } from "./to-deepgram-request.ts";
import type { DeepgramTarget } from "./to-deepgram-request.ts";

const KIND = "deepgram";
/** Every word comes twice, alone and in its utterance: some 30 MB for ten hours. */
const ANSWER_LIMIT_BYTES = 32 * 1024 * 1024;

/** Tokens of `/v1/auth/grant` are JSON web tokens; API keys have no dots. */
const JSON_WEB_TOKEN = /^[\w-]+\.[\w-]+\.[\w-]+$/u;

const schemeOf = (prefix: string | undefined, secret: string): string => {
  if (prefix !== undefined) return prefix.toLowerCase() === "bearer" ? "Bearer" : "Token";
  return JSON_WEB_TOKEN.test(secret) ? "Bearer" : "Token";
};

/** The address without the path that is added to it, whichever part of that it has already. */
const toRoot = (baseUrl: string): string => {
  const [address = "", query] = baseUrl.split("?", 2);
  const root = address
    .replace(/\/+$/u, "")
    .replace(/\/listen$/iu, "")
    .replace(/\/v1$/iu, "");
  return query === undefined ? root : `${root}?${query}`;
};

const baseUrlOf = (settings: ProviderSettings): string => {
  const region = readRegion(KIND, "Deepgram", settings);
  if (region !== undefined) return `https://api.${region}.deepgram.com`;
  const isGiven = (settings.baseUrl?.trim() ?? "") !== "";
  return isGiven ? toRoot(requireBaseUrl(KIND, settings.baseUrl)) : "https://api.deepgram.com";
};

/**
 * Reads address and credentials from the settings. A key may carry its scheme (`Token …`,
 * `Bearer …`); a JSON web token is sent as `Bearer`, every other key as `Token`.
 *
 * @see https://developers.deepgram.com/guides/fundamentals/authenticating
 * @see https://developers.deepgram.com/reference/regional-endpoints
 */
export function toDeepgramAddress(
  settings: ProviderSettings,
): Pick<DeepgramTarget, "baseUrl" | "headers"> & { readonly secret: string } {
  const [, prefix, rest] = /^\s*(token|bearer)\s+(.+)$/isu.exec(settings.apiKey ?? "") ?? [];
  const secret = requireSetting(KIND, "apiKey", rest ?? settings.apiKey);
  const authorization = `${schemeOf(prefix, secret)} ${secret}`;
  const headers = toHeaders({ authorization }, settings.headers);
  return { baseUrl: baseUrlOf(settings), headers, secret };
}

/** A key that may transcribe but list nothing, and a server of one's own that lists nothing. */
const isWell = (error: unknown): boolean =>
  TranscriptionError.is(error) &&
  (error.code === "provider_permission" || error.upstreamStatus === 404);

const checkHealth = async (
  context: ProviderContext,
  { id, target, secret }: { id: string; target: DeepgramTarget; secret: string },
): Promise<void> => {
  const url = joinUrl(target.baseUrl, "/v1/projects");
  const call: HttpCall = { method: "GET", url, headers: target.headers, body: { type: "none" } };
  try {
    await callProvider(context, { provider: id, call, expects: "nothing", secrets: [secret] });
  } catch (error) {
    if (!isWell(error)) throw error;
  }
};

const create = (settings: ProviderSettings): Provider => {
  const { id = KIND } = settings;
  const { baseUrl, headers, secret } = toDeepgramAddress(settings);
  const detection =
    settings.extra?.["language_detection"] === "multi" ? "multi" : "detect_language";
  const target: DeepgramTarget = { baseUrl, headers, detection };
  return {
    specVersion: 1,
    kind: KIND,
    id,
    capabilities: deepgramCapabilities,
    transcribe: async (request, context) => {
      const asked = toDeepgramRequest(target, request);
      const source: ProviderCall = {
        provider: id,
        call: asked.call,
        limitBytes: ANSWER_LIMIT_BYTES,
        secrets: [secret],
        classify: (failure) => classifyDeepgramError(failure, request),
      };
      const { response, text: body } = await callProvider(context, source);
      const requestId = requestIdOf(response);
      const answer = { provider: id, body, requestId, asked, secrets: secretsOf(source) };
      const work = readAnswerWork(answer, () => fromDeepgramResponse(answer));
      return finishReading(work, isLongBody(body), context.signal);
    },
    checkHealth: (context) => checkHealth(context, { id, target, secret }),
  };
};

/** Deepgram's pre-recorded speech-to-text API. */
export const deepgramProvider: ProviderDefinition = defineProvider({
  specVersion: 1,
  kind: KIND,
  displayName: "Deepgram",
  documentationUrl: "https://developers.deepgram.com/reference/speech-to-text/listen-pre-recorded",
  environment: {
    apiKey: ["DEEPGRAM_API_KEY"],
    baseUrl: ["DEEPGRAM_API_BASE", "DEEPGRAM_BASE_URL"],
  },
  requiresApiKey: true,
  capabilities: deepgramCapabilities,
  options: deepgramOptions,
  settings: deepgramSettings,
  create,
});
