import { Readable } from "node:stream";
import { TranscriptionError } from "@earshot/core";
import type { HttpBody, HttpCall, HttpResponse, Transport } from "@earshot/core";
import { encodeBody } from "@earshot/provider-kit";
import { Agent } from "undici";
import type { Dispatcher } from "undici";

export interface UndiciTransportSettings {
  /** Connections to one host; undefined means no bound. */
  readonly connections?: number;
}

/** A transport on pooled connections, and the way to close them. */
export interface PooledTransport {
  readonly send: Transport;
  close(): Promise<void>;
}

/** What undici is given to send: nothing, or bytes with the headers that describe them. */
const encode = (
  body: HttpBody,
): { readonly headers: Readonly<Record<string, string>>; readonly body: Readable | null } => {
  const { contentType, sizeBytes, open } = encodeBody(body);
  if (contentType === undefined) return { headers: {}, body: null };
  return {
    headers: {
      "content-type": contentType,
      ...(sizeBytes === undefined ? {} : { "content-length": String(sizeBytes) }),
    },
    body: Readable.from(open(), { objectMode: false }),
  };
};

const TIMEOUTS: ReadonlySet<string> = new Set([
  "UND_ERR_CONNECT_TIMEOUT",
  "UND_ERR_HEADERS_TIMEOUT",
  "UND_ERR_BODY_TIMEOUT",
]);

const codeOf = (error: unknown): string =>
  error instanceof Error && "code" in error ? String(error.code) : "";

const toTransportError = (
  error: unknown,
  call: HttpCall,
  signal: AbortSignal,
): TranscriptionError => {
  if (TranscriptionError.is(signal.reason)) return signal.reason;
  if (signal.aborted)
    return new TranscriptionError("aborted", "The request was cancelled.", { cause: error });
  if (TranscriptionError.is(error)) return error;
  const { host } = new URL(call.url);
  const code = codeOf(error);
  return new TranscriptionError(
    TIMEOUTS.has(code) ? "timeout" : "network",
    `The connection to ${host} failed${code === "" ? "" : ` (${code})`}.`,
    { cause: error },
  );
};

async function* guarded(
  body: Dispatcher.ResponseData["body"],
  call: HttpCall,
  signal: AbortSignal,
): AsyncIterable<Uint8Array> {
  try {
    yield* body;
  } catch (error) {
    throw toTransportError(error, call, signal);
  }
}

const firstOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

/** Makes the pooled transport: keep-alive, no redirects, timeouts left to the caller's signal. */
export function createUndiciTransport(settings: UndiciTransportSettings = {}): PooledTransport {
  const agent = new Agent({
    connections: settings.connections ?? null,
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
  });
  const send: Transport = async (call, signal): Promise<HttpResponse> => {
    const { headers, body } = encode(call.body);
    try {
      const response = await agent.request({
        origin: new URL(call.url).origin,
        path: call.url.slice(new URL(call.url).origin.length) || "/",
        method: call.method,
        headers: { ...call.headers, ...headers },
        body,
        signal,
      });
      return {
        status: response.statusCode,
        header: (name) => firstOf(response.headers[name.toLowerCase()]),
        body: guarded(response.body, call, signal),
      };
    } catch (error) {
      throw toTransportError(error, call, signal);
    }
  };
  return { send, close: () => agent.destroy() };
}
