import { doAtOnce, doInTurns, TranscriptionError } from "@earshot/core";
import type {
  HttpResponse,
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
  isLongBody,
  joinUrl,
  readAnswerWork,
  requestIdOf,
  requireSetting,
  secretsOf,
} from "@earshot/provider-kit";
import type { ProviderCall } from "@earshot/provider-kit";
import { checkElevenlabsRequest } from "./check-elevenlabs-request.ts";
import { classifyElevenlabsError } from "./classify-elevenlabs-error.ts";
import { elevenlabsSettings, toElevenlabsUrl } from "./elevenlabs-address.ts";
import { elevenlabsCapabilities } from "./elevenlabs-capabilities.ts";
import { elevenlabsOptions } from "./elevenlabs-options.ts";
import { elevenlabsResponseWork } from "./from-elevenlabs-response.ts";
import { toElevenlabsCall } from "./to-elevenlabs-request.ts";
import type { ElevenlabsServer } from "./to-elevenlabs-request.ts";

const KIND = "elevenlabs";
/** With times for every character, ten hours take some 45 MB. */
const ANSWER_LIMIT_BYTES = 48 * 1024 * 1024;

interface Account {
  readonly id: string;
  readonly server: ElevenlabsServer;
}

const readRequestId = (response: HttpResponse): string | undefined =>
  response.header("request-id") ?? response.header("x-trace-id") ?? requestIdOf(response);

const transcribe = async (
  { id, server }: Account,
  request: TranscriptionRequest,
  context: ProviderContext,
): Promise<Transcript> => {
  checkElevenlabsRequest({ kind: KIND, capabilities: elevenlabsCapabilities }, request);
  const { call, warnings } = toElevenlabsCall(server, request);
  const source: ProviderCall = {
    provider: id,
    call,
    limitBytes: ANSWER_LIMIT_BYTES,
    classify: classifyElevenlabsError,
  };
  const { response, text: body } = await callProvider(context, source);
  const requestId = readRequestId(response);
  const answer = { provider: id, request, body, warnings, requestId, secrets: secretsOf(source) };
  const work = readAnswerWork(answer, () => elevenlabsResponseWork(answer));
  return isLongBody(body) ? doInTurns(work, context.signal) : doAtOnce(work);
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

const toHeaders = (settings: ProviderSettings): Readonly<Record<string, string>> => ({
  "xi-api-key": requireSetting(KIND, "apiKey", settings.apiKey),
  ...Object.fromEntries(
    Object.entries(settings.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  ),
});

const create = (settings: ProviderSettings): Provider => {
  const { id = KIND } = settings;
  const server = { baseUrl: toElevenlabsUrl(KIND, settings), headers: toHeaders(settings) };
  const account: Account = { id, server };
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
