import type {
  HttpCall,
  HttpResponse,
  OptionTable,
  Provider,
  ProviderContext,
  ProviderDefinition,
  ProviderSettings,
  TranscriptionRequest,
} from "@earshot/core";
import {
  callProvider,
  defineProvider,
  finishReading,
  flagOption,
  isLongBody,
  joinUrl,
  listOption,
  readAnswerWork,
  readJson,
  requestIdOf,
  requireBaseUrl,
  requireSetting,
  secretsOf,
  streamProvider,
  textOption,
  toBearerHeaders,
} from "@earshot/provider-kit";
import type { Exchange, ProviderCall } from "@earshot/provider-kit";
import { classifyMistralError } from "./classify-mistral-error.ts";
import { fromMistralResponse } from "./from-mistral-response.ts";
import type { MistralReading } from "./from-mistral-response.ts";
import { mistralCapabilities } from "./mistral-capabilities.ts";
import { readMistralStream } from "./mistral-stream.ts";
import { toMistralCall } from "./to-mistral-request.ts";
import type { MistralServer } from "./to-mistral-request.ts";

const KIND = "mistral";
const HOST = "https://api.mistral.ai";

/**
 * Every parameter of Mistral that OpenAI's own fields do not cover.
 *
 * @see https://docs.mistral.ai/api/endpoint/audio/transcriptions
 */
const mistralOptions: OptionTable = {
  context_bias: listOption(
    "Terms and, for Voxtral 3, descriptions of the recording to listen for, besides `keywords`.",
  ),
  file_id: textOption(
    "A file of Mistral's Files API that is transcribed in place of the request's own audio; clients may send it only with `earshot_settings.allow_remote_inputs`.",
    { reachesOperator: true },
  ),
  return_language: flagOption(
    "Whether Voxtral 3 tells the language that it detects; by default it does when no `language` is given.",
  ),
};

interface Account {
  readonly id: string;
  readonly server: MistralServer;
}

const toSource = ({ id }: Account, call: HttpCall): ProviderCall => ({
  provider: id,
  call,
  classify: classifyMistralError,
});

const plan = (
  account: Account,
  request: TranscriptionRequest,
  { signal }: ProviderContext,
): Exchange => {
  const { call, ...planned } = toMistralCall(account.server, request);
  const source = toSource(account, call);
  const readingOf = (response: HttpResponse): MistralReading => ({
    ...planned,
    provider: account.id,
    request,
    requestId: requestIdOf(response),
    secrets: secretsOf(source),
  });
  return {
    source,
    readWhole: (response, body) => {
      const reading = readingOf(response);
      const work = readAnswerWork({ ...reading, body }, function* readBody() {
        const raw = readJson(body, reading.provider);
        yield;
        return yield* fromMistralResponse(raw, reading);
      });
      return finishReading(work, isLongBody(body), signal);
    },
    readEvents: (response) =>
      readMistralStream({ ...readingOf(response), body: response.body, signal }),
  };
};

const checkHealth = async (account: Account, context: ProviderContext): Promise<void> => {
  const { baseUrl, headers } = account.server;
  const url = joinUrl(baseUrl, "/models");
  const call: HttpCall = { method: "GET", url, headers, body: { type: "none" } };
  await callProvider(context, { ...toSource(account, call), expects: "nothing" });
};

/** Mistral's SDKs name the host alone, everybody else the version too. */
const withVersion = (url: string): string => (url === HOST ? `${url}/v1` : url);

const create = (settings: ProviderSettings): Provider => {
  const { id = KIND } = settings;
  requireSetting(KIND, "apiKey", settings.apiKey);
  const baseUrl = withVersion(requireBaseUrl(KIND, settings.baseUrl ?? HOST));
  const account: Account = { id, server: { baseUrl, headers: toBearerHeaders(KIND, settings) } };
  return {
    specVersion: 1,
    kind: KIND,
    id,
    capabilities: mistralCapabilities,
    transcribe: async (request, context) => {
      const { source, readWhole } = plan(account, { ...request, stream: false }, context);
      const { response, text } = await callProvider(context, source);
      return readWhole(response, text);
    },
    stream: async function* stream(request, context) {
      yield* streamProvider(context, plan(account, { ...request, stream: true }, context));
    },
    checkHealth: (context) => checkHealth(account, context),
  };
};

/** Mistral's speech-to-text, the models called Voxtral. */
export const mistralProvider: ProviderDefinition = defineProvider({
  specVersion: 1,
  kind: KIND,
  displayName: "Mistral",
  documentationUrl: "https://docs.mistral.ai/api/endpoint/audio/transcriptions",
  environment: {
    apiKey: ["MISTRAL_API_KEY"],
    baseUrl: ["MISTRAL_BASE_URL", "MISTRAL_API_BASE"],
  },
  requiresApiKey: true,
  capabilities: mistralCapabilities,
  options: mistralOptions,
  create,
});
