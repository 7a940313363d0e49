import { doAtOnce, doInTurns } from "@earshot/core";
import type {
  HttpCall,
  HttpResponse,
  LongWork,
  Provider,
  ProviderContext,
  ProviderDefinition,
  ProviderSettings,
  Transcript,
  TranscriptEvent,
  TranscriptionRequest,
} from "@earshot/core";
import {
  callProvider,
  defineProvider,
  isLongBody,
  joinUrl,
  openStream,
  parseJson,
  readAnswerWork,
  readAnswerText,
  recogniseEvents,
  requestIdOf,
  requireBaseUrl,
  requireSetting,
  secretsOf,
} from "@earshot/provider-kit";
import type { ProviderCall } from "@earshot/provider-kit";
import { checkMistralRequest } from "./check-mistral-request.ts";
import { classifyMistralError } from "./classify-mistral-error.ts";
import { mistralAnswerWork } from "./from-mistral-response.ts";
import type { MistralReading } from "./from-mistral-response.ts";
import { mistralCapabilities } from "./mistral-capabilities.ts";
import { mistralOptions } from "./mistral-options.ts";
import { readMistralStream } from "./mistral-stream.ts";
import { toMistralCall } from "./to-mistral-request.ts";
import type { MistralCall, MistralServer } from "./to-mistral-request.ts";

const KIND = "mistral";
const HOST = "https://api.mistral.ai";

interface Account {
  readonly id: string;
  readonly server: MistralServer;
}

const plan = ({ server }: Account, request: TranscriptionRequest): MistralCall => {
  checkMistralRequest({ kind: KIND, capabilities: mistralCapabilities }, request);
  return toMistralCall(server, request);
};

const toSource = ({ id }: Account, call: HttpCall): ProviderCall => ({
  provider: id,
  call,
  classify: classifyMistralError,
});

const readRequestId = (response: HttpResponse): string | undefined =>
  response.header("mistral-correlation-id") ??
  response.header("x-kong-request-id") ??
  requestIdOf(response);

interface Exchange {
  readonly planned: MistralCall;
  readonly source: ProviderCall;
  readonly response: HttpResponse;
}

const readingOf = (
  { id }: Account,
  request: TranscriptionRequest,
  { planned, source, response }: Exchange,
): MistralReading => ({
  provider: id,
  request,
  granularity: planned.granularity,
  language: planned.language,
  warnings: planned.warnings,
  requestId: readRequestId(response),
  secrets: secretsOf(source),
});

const read = (body: string, reading: MistralReading): LongWork<Transcript> =>
  readAnswerWork({ ...reading, body }, function* readBody() {
    const raw = parseJson(body, reading.provider);
    yield;
    return yield* mistralAnswerWork(raw, reading);
  });

const transcribe = async (
  account: Account,
  asked: TranscriptionRequest,
  context: ProviderContext,
): Promise<Transcript> => {
  const request = { ...asked, stream: false };
  const planned = plan(account, request);
  const source = toSource(account, planned.call);
  const { response, text } = await callProvider(context, source);
  const work = read(text, readingOf(account, request, { planned, source, response }));
  return isLongBody(text) ? doInTurns(work, context.signal) : doAtOnce(work);
};

async function* stream(
  account: Account,
  asked: TranscriptionRequest,
  context: ProviderContext,
): AsyncGenerator<TranscriptEvent, void, undefined> {
  const request = { ...asked, stream: true };
  const planned = plan(account, request);
  const source = toSource(account, planned.call);
  const response = await openStream(context, source);
  const reading = readingOf(account, request, { planned, source, response });
  const { isEvents, body: pieces } = await recogniseEvents(response);
  if (isEvents) {
    yield* readMistralStream({ ...reading, body: pieces, signal: context.signal });
    return;
  }
  // Models that cannot stream may answer in one piece.
  const body = await readAnswerText({ body: pieces }, source);
  const work = read(body, reading);
  const transcript = isLongBody(body) ? await doInTurns(work, context.signal) : doAtOnce(work);
  if (transcript.text !== "") yield { type: "delta", text: transcript.text };
  yield { type: "done", transcript };
}

const checkHealth = async (account: Account, context: ProviderContext): Promise<void> => {
  const { baseUrl, headers } = account.server;
  const url = joinUrl(baseUrl, "/models");
  const call: HttpCall = { method: "GET", url, headers, body: { type: "none" } };
  await callProvider(context, { ...toSource(account, call), expects: "nothing" });
};

/** Mistral's SDKs name the host alone, everybody else the version too. */
const withVersion = (url: string): string => (url === HOST ? `${url}/v1` : url);

const toLowerNames = (
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]): [string, string] => [name.toLowerCase(), value]),
  );

const create = (settings: ProviderSettings): Provider => {
  const { id = KIND } = settings;
  const apiKey = requireSetting(KIND, "apiKey", settings.apiKey);
  const baseUrl = withVersion(requireBaseUrl(KIND, settings.baseUrl ?? HOST));
  const headers = {
    authorization: `Bearer ${apiKey}`,
    ...toLowerNames(settings.headers ?? {}),
  };
  const account: Account = { id, server: { baseUrl, headers } };
  return {
    specVersion: 1,
    kind: KIND,
    id,
    capabilities: mistralCapabilities,
    transcribe: (request, context) => transcribe(account, request, context),
    stream: (request, context) => stream(account, request, context),
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
