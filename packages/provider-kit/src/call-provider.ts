import { dateOf, TranscriptionError } from "@earshot/core";
import type {
  HttpCall,
  HttpResponse,
  ProviderContext,
  TranscriptionErrorDetails,
} from "@earshot/core";
import { throwIfAborted, toAbortError } from "./abort-error.ts";
import { classifyHttpFailure } from "./classify-http-failure.ts";
import type { HttpFailure } from "./classify-http-failure.ts";
import { readExcerpt, readText } from "./read-body.ts";
import { toSentence } from "./redact.ts";

/** One call to a provider and how to read its refusals. */
export interface ProviderCall {
  /** The `id` of the provider, for messages. */
  readonly provider: string;
  readonly call: HttpCall;
  /** The vendor's own rules, asked first; undefined leaves the failure to `classifyHttpFailure`. */
  readonly classify?: (failure: HttpFailure) => TranscriptionError | undefined;
  /** Values that must not appear in a message; those of the call's headers are always among them. */
  readonly secrets?: readonly string[];
}

const secretsOf = ({ call, secrets = [] }: ProviderCall): readonly string[] => [
  ...secrets,
  ...Object.entries(call.headers)
    .filter(([name]) => /auth|key|token|secret|cookie/iu.test(name))
    .flatMap(([, value]) => [value, ...value.split(/\s+/u).slice(1)]),
];

const detailsOf = (error: TranscriptionError, provider: string): TranscriptionErrorDetails => ({
  provider,
  ...(error.param === undefined ? {} : { param: error.param }),
  ...(error.upstreamStatus === undefined ? {} : { upstreamStatus: error.upstreamStatus }),
  ...(error.retryAfterMs === undefined ? {} : { retryAfterMs: error.retryAfterMs }),
  ...(error.requestId === undefined ? {} : { requestId: error.requestId }),
  ...(error.cause === undefined ? {} : { cause: error.cause }),
});

/** Names the provider in an error of the transport, which does not know whom it called. */
const toProviderError = (
  error: unknown,
  source: ProviderCall,
  signal: AbortSignal,
): TranscriptionError => {
  if (TranscriptionError.is(error)) {
    if (error.provider !== undefined) return error;
    return new TranscriptionError(error.code, error.message, detailsOf(error, source.provider));
  }
  if (signal.aborted) return toAbortError(signal);
  const words = toSentence(
    error instanceof Error ? error.message : String(error),
    secretsOf(source),
  );
  const message = `The call to ${source.provider} broke off: ${words}`;
  return new TranscriptionError("internal", message, { provider: source.provider });
};

const send = async (context: ProviderContext, source: ProviderCall): Promise<HttpResponse> => {
  const { call, provider } = source;
  throwIfAborted(context.signal);
  const startedAtMs = context.clock.now();
  const response = await context.send(call);
  const durationMs = Math.round(context.clock.now() - startedAtMs);
  context.logger.debug(
    { provider, method: call.method, status: response.status, durationMs },
    "The provider answered.",
  );
  if (response.status >= 200 && response.status < 300) return response;
  const failure: HttpFailure = {
    provider,
    status: response.status,
    header: (name) => response.header(name),
    bodyText: await readExcerpt(response, context.signal),
    now: dateOf(context.clock),
    secrets: secretsOf(source),
  };
  throw source.classify?.(failure) ?? classifyHttpFailure(failure);
};

/**
 * Sends the call and reads the whole answer. Rejects with the classified error when the status is not
 * 2xx, and with what the transport rejects with.
 */
export async function callProvider(
  context: ProviderContext,
  source: ProviderCall,
): Promise<{ readonly response: HttpResponse; readonly text: string }> {
  try {
    const response = await send(context, source);
    return { response, text: await readText(response) };
  } catch (error) {
    throw toProviderError(error, source, context.signal);
  }
}

/**
 * As `callProvider`, for answers that stream: the body is left to be read, and names the provider
 * when it breaks off.
 */
export async function openStream(
  context: ProviderContext,
  source: ProviderCall,
): Promise<HttpResponse> {
  try {
    const response = await send(context, source);
    return {
      status: response.status,
      header: (name) => response.header(name),
      body: nameErrors(response.body, (error) => toProviderError(error, source, context.signal)),
    };
  } catch (error) {
    throw toProviderError(error, source, context.signal);
  }
}

async function* nameErrors(
  body: AsyncIterable<Uint8Array>,
  rename: (error: unknown) => TranscriptionError,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* body;
  } catch (error) {
    throw rename(error);
  }
}
