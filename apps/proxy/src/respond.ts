import { ERROR_POLICY, TranscriptionError } from "@earshot/core";
import type { Logger, TranscriptEvent, Warning } from "@earshot/core";
import { renderEvents, toErrorBody } from "@earshot/formats";
import type { RenderedTranscript, RenderOptions } from "@earshot/formats";
import { attemptsOf } from "@earshot/gateway";
import type { GatewayRequest, Route, StreamOutcome, TranscriptionOutcome } from "@earshot/gateway";
import type { ProxyContext } from "./log-requests.ts";

/** Clients take 8 to 16 KiB of headers together, and each name is there once. */
const MAX_NAME_BYTES = 256;
const MAX_WARNING_BYTES = 1024;
const MAX_WARNINGS_BYTES = 4096;

/** Header values are Latin-1 on the wire: everything else is written as `%XX`. */
const encode = (text: string): string =>
  text.toWellFormed().replaceAll(/[^\x20-\x7e]/gu, (character) => encodeURIComponent(character));

/** As much as fits, no character cut in half, `...` where something is missing. */
const encodeUpTo = (text: string, maxBytes: number): string => {
  const whole = encode(text);
  if (whole.length <= maxBytes) return whole;
  let fitting = "";
  for (const character of text) {
    const encoded = encode(character);
    if (fitting.length + encoded.length > maxBytes - 3) break;
    fitting += encoded;
  }
  return `${fitting}...`;
};

const andMore = (count: number): string => (count === 0 ? "" : ` | and ${count} more`);

/** Whole sentences as long as they fit, then how many there are besides. */
const encodeWarnings = (warnings: readonly Warning[]): string => {
  const longestEnd = andMore(warnings.length).length;
  let fitting = "";
  for (const [index, { message }] of warnings.entries()) {
    const next = `${index === 0 ? "" : " | "}${encodeUpTo(message, MAX_WARNING_BYTES)}`;
    if (fitting.length + next.length > MAX_WARNINGS_BYTES - longestEnd)
      return `${fitting}${andMore(warnings.length - index)}`;
    fitting += next;
  }
  return fitting;
};

export interface AnswerFacts {
  readonly requestId: string;
  /** The whole time in the gateway, in milliseconds. */
  readonly totalMs: number;
  readonly route: Route;
  readonly warnings: readonly Warning[];
}

/**
 * Headers that say who answered: `x-earshot-deployment`, `-model`, `-provider`, `-attempts`,
 * `-fallbacks`, `-overhead-ms` (time spent in the gateway itself, attempts and pauses between them
 * left out) and `-warnings` (at most 4 KiB).
 */
export function answerHeaders({
  requestId,
  totalMs,
  route,
  warnings,
}: AnswerFacts): Record<string, string> {
  const attemptsMs = route.attempts.reduce((sum, attempt) => sum + attempt.durationMs, 0);
  const headers: Record<string, string> = {
    "x-request-id": requestId,
    "x-earshot-deployment": encodeUpTo(route.deploymentId, MAX_NAME_BYTES),
    "x-earshot-model": encodeUpTo(route.model, MAX_NAME_BYTES),
    "x-earshot-provider": encodeUpTo(route.providerKind, MAX_NAME_BYTES),
    "x-earshot-attempts": String(route.attempts.length),
    "x-earshot-fallbacks": String(route.fallbackCount),
    "x-earshot-overhead-ms": Math.max(0, totalMs - attemptsMs).toFixed(2),
  };
  if (warnings.length > 0) headers["x-earshot-warnings"] = encodeWarnings(warnings);
  return headers;
}

/** What an answer says of its request. */
export interface Answering {
  readonly context: ProxyContext;
  readonly request: GatewayRequest;
  /** When the form was complete; the gateway's own time counts from here. */
  readonly readyAtMs: number;
}

/** How the client wants its transcript. */
export const renderOptions = (request: GatewayRequest): RenderOptions => ({
  responseFormat: request.responseFormat ?? "json",
  timestampGranularities: request.timestampGranularities ?? [],
  task: request.task ?? "transcribe",
});

/** Tells the log and the client who answered. */
const headersOf = (
  { context, readyAtMs }: Answering,
  route: Route,
  warnings: readonly Warning[],
): Record<string, string> => {
  context.set("answeredBy", { deployment: route.deploymentId, attempts: route.attempts.length });
  const totalMs = performance.now() - readyAtMs;
  return answerHeaders({ requestId: context.get("requestId"), totalMs, route, warnings });
};

/** Answers with a rendered transcript. */
export const respondWhole = (
  answering: Answering,
  { transcript, route }: TranscriptionOutcome,
  { contentType, body }: RenderedTranscript,
): Response => {
  const headers = headersOf(answering, route, transcript.warnings);
  // Not by `context.body`, which reads the headers into an object that must be read out again.
  return new Response(body, { headers: { "content-type": contentType, ...headers } });
};

const toByteStream = (
  frames: AsyncIterable<string>,
  finished: () => Promise<void>,
): ReadableStream<Uint8Array> => {
  const iterator = frames[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream({
    pull: async (controller) => {
      const step = await iterator.next();
      if (step.done !== true) return controller.enqueue(encoder.encode(step.value));
      controller.close();
      await finished();
    },
    cancel: async () => {
      await iterator.return?.();
      await finished();
    },
  });
};

/** The status is sent already when a stream breaks: only the log can tell what happened. */
async function* noteBreak(
  events: AsyncIterable<TranscriptEvent>,
  context: ProxyContext,
): AsyncGenerator<TranscriptEvent, void, undefined> {
  try {
    yield* events;
  } catch (error) {
    context.set("brokenBy", error);
    throw error;
  }
}

/** Answers with events as they come; `finished` is called when the last one is out. */
export const respondStreaming = (
  answering: Answering,
  { events, route }: StreamOutcome,
  finished: () => Promise<void>,
): Response => {
  const { context, request } = answering;
  const headers = headersOf(answering, route, []);
  const frames = renderEvents(noteBreak(events, context), renderOptions(request), request.signal);
  return context.body(toByteStream(frames, finished), 200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache",
    "x-accel-buffering": "no",
    ...headers,
  });
};

/** What clients may see of any failure; the cause is for the log. */
export const asTranscriptionError = (error: unknown): TranscriptionError =>
  TranscriptionError.is(error)
    ? error
    : new TranscriptionError("internal", "The gateway failed. Its log has the details.", {
        cause: error,
      });

const MAX_RETRY_AFTER_SECONDS = 24 * 60 * 60;

const toSeconds = (milliseconds: number): number =>
  Math.min(MAX_RETRY_AFTER_SECONDS, Math.max(1, Math.ceil(milliseconds / 1000)));

/** Answers with OpenAI's error shape; errors that are not the client's go to the log in full. */
export function respondWithError(context: ProxyContext, thrown: unknown, logger: Logger): Response {
  const error = asTranscriptionError(thrown);
  const { status, body } = toErrorBody(error);
  const attempts = attemptsOf(error);
  const fields = {
    requestId: context.get("requestId"),
    code: error.code,
    status,
    attempts: attempts.length,
  };
  if (status >= 500) logger.error({ ...fields, error }, error.message);
  context.set("answeredBy", { attempts: attempts.length });
  // Where waiting helps, the client's SDK should wait; where nothing helps, it should not try again.
  const headers: Record<string, string> = {
    "content-type": "application/json",
    "x-should-retry": String(ERROR_POLICY[error.code].clientRetry),
    "x-request-id": context.get("requestId"),
    "x-earshot-attempts": String(attempts.length),
  };
  const { retryAfterMs = Number.NaN } = error;
  if (!Number.isNaN(retryAfterMs)) headers["retry-after"] = String(toSeconds(retryAfterMs));
  // The rest of a refused upload will not be read: the connection cannot serve another request.
  if (!context.env.incoming.complete) headers["connection"] = "close";
  // Hono's types know no 499; a plain Response takes any status.
  return new Response(JSON.stringify(body), { status, headers });
}
