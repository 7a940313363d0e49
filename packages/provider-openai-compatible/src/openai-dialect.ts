import { TranscriptionError } from "@earshot/core";
import type {
  CapabilityTable,
  HttpResponse,
  Provider,
  ProviderContext,
  ResponseFormat,
  Transcript,
  TranscriptionRequest,
} from "@earshot/core";
import {
  callProvider,
  checkRequest,
  finishReading,
  freezeDeeply,
  isLongBody,
  joinUrl,
  requestIdOf,
  secretsOf,
  streamProvider,
} from "@earshot/provider-kit";
import type { Exchange, HttpFailure, ProviderCall } from "@earshot/provider-kit";
import { toOpenaiCall } from "./openai-call.ts";
import type { OpenaiServer } from "./openai-call.ts";
import { openaiResponseWork } from "./openai-response.ts";
import { readOpenaiStream } from "./openai-stream.ts";

/** Everything that makes a provider of an OpenAI-like server. */
export interface OpenaiDialectSettings extends OpenaiServer {
  readonly kind: string;
  /** Default: the kind. */
  readonly id?: string | undefined;
  /** Values that must not appear in a message, such as the API key. */
  readonly secrets?: readonly string[];
  /** Throws what capabilities cannot tell, before any audio is sent. */
  readonly check?: (request: TranscriptionRequest) => void;
  /** The vendor's own error rules, asked first. */
  readonly classify?: (
    failure: HttpFailure,
    request: TranscriptionRequest | undefined,
  ) => TranscriptionError | undefined;
}

/** A server that lists no models is well all the same: it has answered. */
const isMissingPath = (error: unknown): boolean =>
  TranscriptionError.is(error) && (error.upstreamStatus === 404 || error.upstreamStatus === 405);

const someModelStreams = ({ default: usual, models = [] }: CapabilityTable): boolean =>
  usual.streaming || models.some(({ differs }) => differs.streaming === true);

const expectationOf = (format: ResponseFormat): NonNullable<ProviderCall["expects"]> => {
  if (format.endsWith("json")) return "json";
  return format === "text" ? "text" : "subtitles";
};

const plan = (
  settings: OpenaiDialectSettings,
  asked: TranscriptionRequest,
  { signal }: ProviderContext,
): Exchange => {
  const { kind, id: provider = kind, deviations = {}, secrets = [], classify } = settings;
  settings.check?.(asked);
  const { request, warnings } = checkRequest(settings, asked);
  const { call, format, ...planned } = toOpenaiCall(settings, request);
  const source: ProviderCall = {
    provider,
    call,
    expects: expectationOf(format),
    secrets,
    classify: (failure) => classify?.(failure, request),
  };
  const requestIdIn = (response: HttpResponse): string | undefined =>
    deviations.requestIdHeaders
      ?.map((name) => response.header(name))
      .find((value) => value !== undefined && value !== "") ?? requestIdOf(response);
  const refine = (transcript: Transcript): Transcript =>
    deviations.toTranscript?.(transcript, transcript.raw) ?? transcript;
  const shared = {
    provider,
    warnings: [...warnings, ...planned.warnings],
    secrets: secretsOf(source),
  };
  return {
    source,
    readWhole: async (response, body) => {
      const contentType = response.header("content-type") ?? "";
      const requestId = requestIdIn(response);
      const answer = { ...shared, request, format, body, contentType, requestId };
      return refine(await finishReading(openaiResponseWork(answer), isLongBody(body), signal));
    },
    readEvents: async function* readEvents(response) {
      const { body } = response;
      const answer = { ...shared, body, signal, requestId: requestIdIn(response) };
      for await (const event of readOpenaiStream(answer))
        yield event.type === "done"
          ? { type: "done", transcript: refine(event.transcript) }
          : event;
    },
  };
};

const checkHealth = async (
  settings: OpenaiDialectSettings,
  context: ProviderContext,
): Promise<void> => {
  const { kind, id = kind, baseUrl, headers, deviations = {}, secrets = [], classify } = settings;
  const url = joinUrl(baseUrl, deviations.healthPath ?? "/models", deviations.query);
  try {
    await callProvider(context, {
      provider: id,
      call: { method: "GET", url, headers, body: { type: "none" } },
      expects: "nothing",
      secrets,
      classify: (failure) => classify?.(failure, undefined),
    });
  } catch (error) {
    if (!isMissingPath(error)) throw error;
  }
};

/**
 * A provider for a server that speaks OpenAI's dialect. It rejects what the model cannot do before
 * any audio is sent, asks for the format that serves the client best, and normalises what comes.
 * The capabilities are frozen.
 */
export function createOpenaiDialect(settings: OpenaiDialectSettings): Provider {
  const { kind, id = kind } = settings;
  const capabilities = freezeDeeply(settings.capabilities);
  const provider: Provider = {
    specVersion: 1,
    kind,
    id,
    capabilities,
    transcribe: async (request, context) => {
      const { source, readWhole } = plan(settings, { ...request, stream: false }, context);
      const { response, text } = await callProvider(context, source);
      return readWhole(response, text);
    },
    checkHealth: (context) => checkHealth(settings, context),
  };
  if (!someModelStreams(capabilities)) return provider;
  return {
    ...provider,
    stream: async function* stream(request, context) {
      yield* streamProvider(context, plan(settings, { ...request, stream: true }, context));
    },
  };
}
