import { dateOf, TranscriptionError } from "@earshot/core";
import type { HttpCall, HttpResponse, ProviderContext } from "@earshot/core";
import { throwIfAborted, toProviderError } from "./call-error.ts";
import { secretsOf } from "./call-secrets.ts";
import { classifyHttpFailure, requestIdOf } from "./classify-http-failure.ts";
import type { HttpFailure } from "./classify-http-failure.ts";
import { ANSWER_LIMIT_BYTES, discardBody, drainBody, readExcerpt, readText } from "./read-body.ts";
import { redact } from "./redact.ts";

/** One call to a provider and how to read its refusals. */
export interface ProviderCall {
  /** The `id` of the provider, for messages. */
  readonly provider: string;
  readonly call: HttpCall;
  /** The vendor's own rules, asked first; undefined leaves the failure to `classifyHttpFailure`. */
  readonly classify?: (failure: HttpFailure) => TranscriptionError | undefined;
  /** Values that must not be told; those of the call's headers and URL are always among them. */
  readonly secrets?: readonly string[];
  /**
   * What the answer is, by default JSON; each kind has its bound. With `nothing`, the status is the
   * answer and its body is not read.
   */
  readonly expects?: "json" | "text" | "subtitles" | "nothing";
  /** In place of the bound of its kind. */
  readonly limitBytes?: number;
}

const nameError = (
  error: unknown,
  source: ProviderCall,
  { signal }: ProviderContext,
): TranscriptionError =>
  toProviderError(error, { provider: source.provider, secrets: secretsOf(source), signal });

/** An answer whose headers do not repeat what the call brought. */
const withSafeHeaders = (response: HttpResponse, secrets: readonly string[]): HttpResponse => ({
  status: response.status,
  body: response.body,
  header: (name) => {
    const value = response.header(name);
    return value !== undefined && secrets.some((secret) => value.includes(secret))
      ? redact(value, secrets)
      : value;
  },
});

/** Of the successes, only these carry an answer and all of it. */
const ANSWERING = new Set([200, 201, 202, 203]);
/** Raw text says nothing of itself: what was only created or accepted may be any server's words. */
const ANSWERING_RAW = new Set([200, 203]);

const isAnswer = (status: number, expects: ProviderCall["expects"] = "json"): boolean => {
  if (expects === "nothing") return true;
  return (expects === "json" ? ANSWERING : ANSWERING_RAW).has(status);
};

const refuseStatus = (response: HttpResponse, { provider }: ProviderCall): TranscriptionError => {
  discardBody(response);
  const { status } = response;
  const manner = status === 206 ? "which is a part of an answer" : "which carries no answer";
  return new TranscriptionError("bad_response", `${provider} answered ${status}, ${manner}.`, {
    provider,
    upstreamStatus: status,
    requestId: requestIdOf(response),
  });
};

const classify = (failure: HttpFailure, source: ProviderCall): TranscriptionError => {
  try {
    return source.classify?.(failure) ?? classifyHttpFailure(failure);
  } catch {
    // An error that its own vendor's rules cannot read is known by its status.
    return classifyHttpFailure({ ...failure, bodyText: "" });
  }
};

const send = async (context: ProviderContext, source: ProviderCall): Promise<HttpResponse> => {
  const { call, provider, expects } = source;
  throwIfAborted(context.signal);
  const startedAtMs = context.clock.now();
  const secrets = secretsOf(source);
  const response = withSafeHeaders(await context.send(call), secrets);
  const { status } = response;
  const durationMs = Math.round(context.clock.now() - startedAtMs);
  context.logger.debug(
    { provider, method: call.method, status, durationMs },
    "The provider answered.",
  );
  if (status >= 200 && status < 300) {
    if (!isAnswer(status, expects)) throw refuseStatus(response, source);
    return response;
  }
  const failure: HttpFailure = {
    provider,
    status,
    header: response.header,
    bodyText: await readExcerpt(response, context),
    now: dateOf(context.clock),
    secrets,
  };
  throw classify(failure, source);
};

/**
 * Sends the call and reads the whole answer, within the bound of its kind. Rejects with the classified
 * error when the status is not 2xx, with `bad_response` for an answer that is partial or too large, and
 * with what the transport rejects with.
 */
export async function callProvider(
  context: ProviderContext,
  source: ProviderCall,
): Promise<{ readonly response: HttpResponse; readonly text: string }> {
  try {
    const response = await send(context, source);
    return { response, text: await readAnswerText(response, source) };
  } catch (error) {
    throw nameError(error, source, context);
  }
}

/**
 * The text of an answer that was opened as a stream and is none. Rejects as `callProvider` does.
 */
export async function readAnswerText(
  response: Pick<HttpResponse, "body">,
  source: ProviderCall,
): Promise<string> {
  const { expects = "json", limitBytes } = source;
  if (expects === "nothing") {
    await drainBody(response);
    return "";
  }
  return readText(response, { limitBytes: limitBytes ?? ANSWER_LIMIT_BYTES[expects] });
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
      body: nameErrors(response.body, (error) => nameError(error, source, context)),
    };
  } catch (error) {
    throw nameError(error, source, context);
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
