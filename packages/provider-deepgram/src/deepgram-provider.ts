import { doAtOnce, doInTurns, TranscriptionError } from "@earshot/core";
import type {
  HttpCall,
  Provider,
  ProviderContext,
  ProviderDefinition,
  ProviderSettings,
} from "@earshot/core";
import {
  callProvider,
  checkRequest,
  defineProvider,
  isLongBody,
  joinUrl,
  readAnswerWork,
  requestIdOf,
  secretsOf,
} from "@earshot/provider-kit";
import type { ProviderCall } from "@earshot/provider-kit";
import { classifyDeepgramError } from "./classify-deepgram-error.ts";
import { toDeepgramAddress } from "./deepgram-address.ts";
import { deepgramCapabilities } from "./deepgram-capabilities.ts";
import { deepgramOptions, deepgramSettings } from "./deepgram-options.ts";
import { deepgramResponseWork } from "./from-deepgram-response.ts";
import { toDeepgramRequest } from "./to-deepgram-request.ts";
import type { DeepgramTarget } from "./to-deepgram-request.ts";

const KIND = "deepgram";
/** Every word comes twice, alone and in its utterance: some 30 MB for ten hours. */
const ANSWER_LIMIT_BYTES = 32 * 1024 * 1024;

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
      checkRequest({ kind: KIND, capabilities: deepgramCapabilities }, request);
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
      const work = readAnswerWork(answer, () => deepgramResponseWork(answer));
      return isLongBody(body) ? doInTurns(work, context.signal) : doAtOnce(work);
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
