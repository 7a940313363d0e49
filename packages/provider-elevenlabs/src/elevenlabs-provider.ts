import { TranscriptionError } from "@earshot/core";
import type {
  Provider,
  ProviderContext,
  ProviderDefinition,
  ProviderSettings,
  Transcript,
  TranscriptionRequest,
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
import { classifyElevenlabsError } from "./classify-elevenlabs-error.ts";
import { elevenlabsCapabilities } from "./elevenlabs-capabilities.ts";
import { elevenlabsOptions, elevenlabsSettings } from "./elevenlabs-options.ts";
import { fromElevenlabsResponse } from "./from-elevenlabs-response.ts";
import { toElevenlabsCall } from "./to-elevenlabs-request.ts";
import type { ElevenlabsServer } from "./to-elevenlabs-request.ts";

const KIND = "elevenlabs";
/** With times for every character, ten hours take some 45 MB. */
const ANSWER_LIMIT_BYTES = 48 * 1024 * 1024;

const HOSTS: ReadonlyMap<string, string> = new Map([
  ["us", "api.us.elevenlabs.io"],
  ["eu", "api.eu.residency.elevenlabs.io"],
  ["in", "api.in.residency.elevenlabs.io"],
  ["sg", "api.sg.residency.elevenlabs.io"],
]);

/** ElevenLabs' SDKs name the host alone, everybody else the version too. */
const withVersion = (url: string): string =>
  /^https:\/\/[\w.-]+\.elevenlabs\.io$/iu.test(url) ? `${url}/v1` : url;

const baseUrlOf = (settings: ProviderSettings): string => {
  const region = readRegion(KIND, "ElevenLabs", settings);
  const host = region === undefined ? "api.elevenlabs.io" : (HOSTS.get(region) ?? region);
  const url = settings.baseUrl ?? `https://${host}`;
  return withVersion(requireBaseUrl(KIND, url, ["/speech-to-text"]));
};

interface Account {
  readonly id: string;
  readonly server: ElevenlabsServer;
}

const transcribe = async (
  { id, server }: Account,
  request: TranscriptionRequest,
  context: ProviderContext,
): Promise<Transcript> => {
  const { call, warnings } = toElevenlabsCall(server, request);
  const source: ProviderCall = {
    provider: id,
    call,
    limitBytes: ANSWER_LIMIT_BYTES,
    classify: classifyElevenlabsError,
  };
  const { response, text: body } = await callProvider(context, source);
  const requestId = requestIdOf(response);
  const answer = { provider: id, request, body, warnings, requestId, secrets: secretsOf(source) };
  const work = readAnswerWork(answer, () => fromElevenlabsResponse(answer));
  return finishReading(work, isLongBody(body), context.signal);
};

/** A key that may transcribe need not be allowed to list models; that it is known is enough. */
const lacksOtherPermission = (error: unknown): boolean =>
  TranscriptionError.is(error) &&
  error.code === "provider_permission" &&
  /permission models_read\b/u.test(error.message);

const checkHealth = async ({ id, server }: Account, context: ProviderContext): Promise<void> => {
  const { baseUrl, headers } = server;
  const url = joinUrl(baseUrl, "/models");
  try {
    await callProvider(context, {
      provider: id,
      call: { method: "GET", url, headers, body: { type: "none" } },
      expects: "nothing",
      classify: classifyElevenlabsError,
    });
  } catch (error) {
    if (!lacksOtherPermission(error)) throw error;
  }
};

const create = (settings: ProviderSettings): Provider => {
  const { id = KIND } = settings;
  const apiKey = requireSetting(KIND, "apiKey", settings.apiKey);
  const headers = toHeaders({ "xi-api-key": apiKey }, settings.headers);
  const account: Account = { id, server: { baseUrl: baseUrlOf(settings), headers } };
  return {
    specVersion: 1,
    kind: KIND,
    id,
    capabilities: elevenlabsCapabilities,
    transcribe: (request, context) => transcribe(account, request, context),
    checkHealth: (context) => checkHealth(account, context),
  };
};

/** ElevenLabs' speech-to-text, the models called Scribe. */
export const elevenlabsProvider: ProviderDefinition = defineProvider({
  specVersion: 1,
  kind: KIND,
  displayName: "ElevenLabs",
  documentationUrl: "https://elevenlabs.io/docs/api-reference/speech-to-text/convert",
  environment: {
    apiKey: ["ELEVENLABS_API_KEY", "XI_API_KEY"],
    baseUrl: ["ELEVENLABS_BASE_URL", "ELEVENLABS_API_BASE"],
  },
  requiresApiKey: true,
  capabilities: elevenlabsCapabilities,
  options: elevenlabsOptions,
  settings: elevenlabsSettings,
  create,
});
