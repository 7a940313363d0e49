import { doAtOnce, doInTurns, TranscriptionError } from "@earshot/core";
import type {
  CapabilityTable,
  HttpResponse,
  LongWork,
  Provider,
  ProviderContext,
  ResponseFormat,
  Transcript,
  TranscriptEvent,
  TranscriptionRequest,
} from "@earshot/core";
import {
  callProvider,
  checkRequest,
  isLongBody,
  joinUrl,
  openStream,
  readAnswerText,
  recogniseEvents,
  requestIdOf,
  secretsOf,
} from "@earshot/provider-kit";
import type { HttpFailure, KeywordRules, ProviderCall } from "@earshot/provider-kit";
import { toOpenaiCall } from "./openai-call.ts";
import type { OpenaiCall, OpenaiServer } from "./openai-call.ts";
import { openaiResponseWork } from "./openai-response.ts";
import { readOpenaiStream } from "./openai-stream.ts";

/** Everything that makes a provider of an OpenAI-like server. */
export interface OpenaiDialectSettings extends OpenaiServer {
  readonly kind: string;
  /** Default: the kind. */
  readonly id?: string | undefined;
  /** Values that must not appear in a message, such as the API key. */
  readonly secrets?: readonly string[];
  readonly keywordRules?: KeywordRules;
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

const freezeDeeply = <T>(value: T): T => {
  if (typeof value !== "object" || value === null) return value;
  for (const child of Object.values(value)) freezeDeeply(child);
  return Object.freeze(value);
};

/** What every step of one provider shares. */
interface Dialect {
  readonly id: string;
  readonly settings: OpenaiDialectSettings;
}

const plan = ({ settings }: Dialect, request: TranscriptionRequest): OpenaiCall => {
  settings.check?.(request);
  checkRequest(settings, request, settings.keywordRules);
  return toOpenaiCall(settings, request);
};

const expectationOf = (format: ResponseFormat): NonNullable<ProviderCall["expects"]> => {
  if (format.endsWith("json")) return "json";
  return format === "text" ? "text" : "subtitles";
};

const toSource = (
  { id, settings }: Dialect,
  { call, format }: OpenaiCall,
  request: TranscriptionRequest,
): ProviderCall => ({
  provider: id,
  call,
  expects: expectationOf(format),
  secrets: settings.secrets ?? [],
  classify: (failure) => settings.classify?.(failure, request),
});

const readRequestId = ({ settings }: Dialect, response: HttpResponse): string | undefined =>
  settings.deviations?.requestIdHeaders
    ?.map((name) => response.header(name))
    .find((value) => value !== undefined && value !== "") ?? requestIdOf(response);

interface Answer {
  readonly request: TranscriptionRequest;
  readonly planned: OpenaiCall;
  readonly source: ProviderCall;
  readonly response: HttpResponse;
  readonly body: string;
}

const refine = ({ settings }: Dialect, transcript: Transcript): Transcript =>
  settings.deviations?.toTranscript?.(transcript, transcript.raw) ?? transcript;

function* toTranscript(
  dialect: Dialect,
  { request, planned, source, response, body }: Answer,
): LongWork<Transcript> {
  const transcript = yield* openaiResponseWork({
    provider: dialect.id,
    request,
    format: planned.format,
    body,
    contentType: response.header("content-type") ?? "",
    warnings: planned.warnings,
    requestId: readRequestId(dialect, response),
    secrets: secretsOf(source),
  });
  return refine(dialect, transcript);
}

const transcribe = async (
  dialect: Dialect,
  asked: TranscriptionRequest,
  context: ProviderContext,
): Promise<Transcript> => {
  const request = { ...asked, stream: false };
  const planned = plan(dialect, request);
  const source = toSource(dialect, planned, request);
  const { response, text } = await callProvider(context, source);
  const work = toTranscript(dialect, { request, planned, source, response, body: text });
  return isLongBody(text) ? doInTurns(work, context.signal) : doAtOnce(work);
};

async function* stream(
  dialect: Dialect,
  asked: TranscriptionRequest,
  context: ProviderContext,
): AsyncGenerator<TranscriptEvent, void, undefined> {
  const request = { ...asked, stream: true };
  const planned = plan(dialect, request);
  const source = toSource(dialect, planned, request);
  const response = await openStream(context, source);
  const { isEvents, body: pieces } = await recogniseEvents(response);
  if (isEvents) {
    const events = readOpenaiStream({
      provider: dialect.id,
      body: pieces,
      warnings: planned.warnings,
      requestId: readRequestId(dialect, response),
      secrets: secretsOf(source),
      signal: context.signal,
    });
    for await (const event of events)
      yield event.type === "done"
        ? { type: "done", transcript: refine(dialect, event.transcript) }
        : event;
    return;
  }
  // Models that cannot stream ignore the wish and answer in one piece.
  const body = await readAnswerText({ body: pieces }, source);
  const work = toTranscript(dialect, { request, planned, source, response, body });
  const transcript = isLongBody(body) ? await doInTurns(work, context.signal) : doAtOnce(work);
  if (transcript.text !== "") yield { type: "delta", text: transcript.text };
  yield { type: "done", transcript };
}

const checkHealth = async (dialect: Dialect, context: ProviderContext): Promise<void> => {
  const { baseUrl, headers, deviations = {}, secrets = [], classify } = dialect.settings;
  const url = joinUrl(baseUrl, deviations.healthPath ?? "/models", deviations.query);
  try {
    await callProvider(context, {
      provider: dialect.id,
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
  const dialect: Dialect = { id, settings };
  const provider: Provider = {
    specVersion: 1,
    kind,
    id,
    capabilities,
    transcribe: (request, context) => transcribe(dialect, request, context),
    checkHealth: (context) => checkHealth(dialect, context),
  };
  if (!someModelStreams(capabilities)) return provider;
  return { ...provider, stream: (request, context) => stream(dialect, request, context) };
}
