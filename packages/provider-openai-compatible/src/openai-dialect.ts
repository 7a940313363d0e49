import { TranscriptionError } from "@earshot/core";
import type {
  CapabilityTable,
  HttpResponse,
  Provider,
  ProviderContext,
  Transcript,
  TranscriptEvent,
  TranscriptionRequest,
} from "@earshot/core";
import {
  callProvider,
  checkRequest,
  joinUrl,
  openStream,
  readText,
  requestIdOf,
} from "@earshot/provider-kit";
import type { HttpFailure, KeywordRules, ProviderCall } from "@earshot/provider-kit";
import { toOpenaiCall } from "./openai-call.ts";
import type { OpenaiCall, OpenaiServer } from "./openai-call.ts";
import { fromOpenaiResponse } from "./openai-response.ts";
import { readOpenaiStream } from "./openai-stream.ts";

/** Everything that makes a provider of an OpenAI-like server. */
export interface OpenaiDialectSettings extends OpenaiServer {
  readonly kind: string;
  /** Default: the kind. */
  readonly id?: string | undefined;
  /** Values that must not appear in a message, such as the API key. */
  readonly secrets?: readonly string[];
  readonly keywordRules?: KeywordRules;
  /** The vendor's own error rules, asked first. */
  readonly classify?: (
    failure: HttpFailure,
    request: TranscriptionRequest | undefined,
  ) => TranscriptionError | undefined;
}

interface Exchange {
  readonly request: TranscriptionRequest;
  readonly planned: OpenaiCall;
  readonly requestId: string | undefined;
}

/** A server that lists no models is well all the same: it has answered. */
const isMissingPath = (error: unknown): boolean =>
  TranscriptionError.is(error) && (error.upstreamStatus === 404 || error.upstreamStatus === 405);

const someModelStreams = ({ default: usual, models = [] }: CapabilityTable): boolean =>
  usual.streaming || models.some(({ differs }) => differs.streaming === true);

const isEventStream = (response: HttpResponse): boolean =>
  response.header("content-type")?.includes("text/event-stream") === true;

/**
 * A provider for a server that speaks OpenAI's dialect. It rejects what the model cannot do before
 * any audio is sent, asks for the format that serves the client best, and normalises what comes.
 */
export function createOpenaiDialect(settings: OpenaiDialectSettings): Provider {
  const { kind, id = kind, capabilities, deviations = {}, secrets = [], keywordRules } = settings;

  const plan = (request: TranscriptionRequest): OpenaiCall => {
    checkRequest({ kind, capabilities }, request, keywordRules);
    return toOpenaiCall(settings, request);
  };
  const toSource = (call: ProviderCall["call"], request?: TranscriptionRequest): ProviderCall => ({
    provider: id,
    call,
    secrets,
    classify: (failure) => settings.classify?.(failure, request),
  });
  const readRequestId = (response: HttpResponse): string | undefined =>
    deviations.requestIdHeaders
      ?.map((name) => response.header(name))
      .find((value) => value !== undefined && value !== "") ?? requestIdOf(response);
  const toTranscript = (body: string, { request, planned, requestId }: Exchange): Transcript => {
    const { format, warnings } = planned;
    const answer = { provider: id, request, format, body, warnings, requestId, secrets };
    const transcript = fromOpenaiResponse(answer);
    return deviations.toTranscript?.(transcript, transcript.raw) ?? transcript;
  };

  const transcribe = async (
    request: TranscriptionRequest,
    context: ProviderContext,
  ): Promise<Transcript> => {
    const whole = { ...request, stream: false };
    const planned = plan(whole);
    const { response, text } = await callProvider(context, toSource(planned.call, request));
    return toTranscript(text, { request: whole, planned, requestId: readRequestId(response) });
  };

  async function* stream(
    request: TranscriptionRequest,
    context: ProviderContext,
  ): AsyncGenerator<TranscriptEvent, void, undefined> {
    const streamed = { ...request, stream: true };
    const planned = plan(streamed);
    const response = await openStream(context, toSource(planned.call, request));
    const requestId = readRequestId(response);
    if (isEventStream(response)) {
      const { warnings } = planned;
      yield* readOpenaiStream({ provider: id, body: response.body, warnings, requestId, secrets });
      return;
    }
    // Models that cannot stream ignore the wish and answer in one piece.
    const transcript = toTranscript(await readText(response), { request, planned, requestId });
    if (transcript.text !== "") yield { type: "delta", text: transcript.text };
    yield { type: "done", transcript };
  }

  const checkHealth = async (context: ProviderContext): Promise<void> => {
    const url = joinUrl(settings.baseUrl, deviations.healthPath ?? "/models", deviations.query);
    const call = { method: "GET", url, headers: settings.headers, body: { type: "none" } } as const;
    try {
      await callProvider(context, toSource(call));
    } catch (error) {
      if (!isMissingPath(error)) throw error;
    }
  };

  const provider = { specVersion: 1, kind, id, capabilities, transcribe, checkHealth } as const;
  return someModelStreams(capabilities) ? { ...provider, stream } : provider;
}
