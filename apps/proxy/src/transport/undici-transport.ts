import type { Readable } from "node:stream";
import { TranscriptionError } from "@earshot/core";
import type { HttpBody, HttpCall, HttpResponse, Logger, Transport } from "@earshot/core";
import { encodeBody } from "@earshot/provider-kit";
import type { EncodedBody } from "@earshot/provider-kit";
import { Agent } from "undici";
import { createCachedLookup } from "./cached-lookup.ts";
import { exchange } from "./exchange.ts";

export interface UndiciTransportSettings {
  /** Connections to one origin, such as `https://api.example.com`; undefined means no bound. */
  readonly connections?: number;
  /** Told when a name cannot be looked up and its former address is used; default: nobody. */
  readonly logger?: Logger;
}

/** A transport on pooled connections, and the way to close them. */
export interface PooledTransport {
  readonly send: Transport;
  close(): Promise<void>;
}

/** Up to this size one copy costs less than writing piece after piece. */
const WHOLE_BYTES = 256 * 1024;

/** All bytes of a small body in one piece; a body that is shorter than announced stays shorter. */
const collect = async ({ open }: EncodedBody, sizeBytes: number): Promise<Uint8Array> => {
  const whole = Buffer.allocUnsafeSlow(sizeBytes);
  let length = 0;
  for await (const piece of open()) {
    whole.set(piece.subarray(0, sizeBytes - length), length);
    length += piece.byteLength;
  }
  return length < sizeBytes ? whole.subarray(0, length) : whole;
};

interface Target {
  readonly origin: string;
  readonly path: string;
}

const toTarget = (url: string): Target => {
  const { origin } = new URL(url);
  return { origin, path: url.slice(origin.length) || "/" };
};

/** Most calls go to few places: their addresses are taken apart once. */
const MAX_TARGETS = 1000;
const createTargets = (): ((url: string) => Target) => {
  const targets = new Map<string, Target>();
  return (url) => {
    const known = targets.get(url);
    if (known !== undefined) return known;
    if (targets.size >= MAX_TARGETS) targets.clear();
    const target = toTarget(url);
    targets.set(url, target);
    return target;
  };
};

interface Sending {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable | Uint8Array | null;
}

/** What undici is given to send: nothing, or bytes with the headers that describe them. */
const encode = async (body: HttpBody): Promise<Sending> => {
  const encoded = encodeBody(body);
  const { contentType, sizeBytes } = encoded;
  if (contentType === undefined) return { headers: {}, body: null };
  if (sizeBytes !== undefined && sizeBytes <= WHOLE_BYTES) {
    const headers = { "content-type": contentType, "content-length": String(sizeBytes) };
    return { headers, body: await collect(encoded, sizeBytes) };
  }
  return {
    headers: {
      "content-type": contentType,
      ...(sizeBytes === undefined ? {} : { "content-length": String(sizeBytes) }),
    },
    // undici takes any async iterable and waits between its pieces until the socket has passed on all
    // that it holds, where that is 64 KiB or more; a stream around it would only cost.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- undici's types do not say so
    body: encoded.open({ transient: true }) as unknown as Readable,
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

/** Makes the pooled transport: keep-alive, no redirects, timeouts left to the caller's signal. */
export function createUndiciTransport(settings: UndiciTransportSettings = {}): PooledTransport {
  const { logger } = settings;
  const agent = new Agent({
    connections: settings.connections ?? null,
    // undici would take HTTP/2 wherever it is offered, and then keep pieces that are only lent to it.
    allowH2: false,
    connect: { lookup: createCachedLookup(logger === undefined ? {} : { logger }) },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
  });
  const targetOf = createTargets();
  const send: Transport = async (call, signal): Promise<HttpResponse> => {
    const toError = (error: unknown): TranscriptionError => toTransportError(error, call, signal);
    try {
      const { headers, body } = await encode(call.body);
      const options = {
        ...targetOf(call.url),
        method: call.method,
        headers: { ...call.headers, ...headers },
        body,
      };
      return await exchange({ dispatcher: agent, options, signal, toError });
    } catch (error) {
      throw toError(error);
    }
  };
  return { send, close: () => agent.destroy() };
}
