import type { Readable } from "node:stream";
import { TranscriptionError } from "@earshot/core";
import type { HttpBody, HttpCall, HttpResponse, Logger, Transport } from "@earshot/core";
import { encodeBody } from "@earshot/provider-kit";
import type { EncodedBody } from "@earshot/provider-kit";
import { Agent } from "undici";
import { createCachedLookup } from "./cached-lookup.ts";
import { exchange } from "./exchange.ts";
import { keepPieces } from "./kept-pieces.ts";
import { watchUpload } from "./watched-upload.ts";
import type { WatchedUpload } from "./watched-upload.ts";

export interface UndiciTransportSettings {
  /** Connections to one origin, such as `https://api.example.com`; undefined means no bound. */
  readonly connections?: number;
  /** True takes HTTP/2 where a provider offers it over TLS; default false. */
  readonly http2?: boolean;
  /** Certificates in PEM to trust instead of the system's; default: Node's own. */
  readonly certificateAuthority?: string;
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
  const { origin, pathname, search } = new URL(url);
  return { origin, path: `${pathname}${search}` };
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
  /** Of a body in pieces. */
  readonly upload?: WatchedUpload;
  /** To be called when the exchange is over. */
  readonly release?: () => void;
}

/**
 * undici takes any async iterable. Over HTTP/1.1 it waits between the pieces until the socket has
 * passed on all that it holds, where that is 64 KiB or more; a stream around it would only cost.
 */
const asBody = (pieces: AsyncIterable<Uint8Array>): Readable =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- undici's types do not say so
  pieces as unknown as Readable;

/** What undici is given to send: nothing, or bytes with the headers that describe them. */
const encode = async (body: HttpBody, http2: boolean): Promise<Sending> => {
  const encoded = encodeBody(body);
  const { contentType, sizeBytes } = encoded;
  if (contentType === undefined) return { headers: {}, body: null };
  if (sizeBytes !== undefined && sizeBytes <= WHOLE_BYTES) {
    const headers = { "content-type": contentType, "content-length": String(sizeBytes) };
    return { headers, body: await collect(encoded, sizeBytes) };
  }
  const headers = {
    "content-type": contentType,
    ...(sizeBytes === undefined ? {} : { "content-length": String(sizeBytes) }),
  };
  if (!http2) {
    const upload = watchUpload(encoded.open({ transient: true }));
    return { headers, body: asBody(upload.pieces), upload };
  }
  const { pieces, release } = keepPieces(encoded);
  const upload = watchUpload(pieces);
  return { headers, body: asBody(upload.pieces), upload, release };
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
  const { connections, http2 = false, certificateAuthority, logger } = settings;
  const agent = new Agent({
    connections: connections ?? null,
    // undici's own default is to take HTTP/2 wherever it is offered.
    allowH2: http2,
    connect: {
      lookup: createCachedLookup(logger === undefined ? {} : { logger }),
      preferH2: http2,
      ...(certificateAuthority === undefined ? {} : { ca: certificateAuthority }),
    },
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: 30_000,
  });
  const targetOf = createTargets();
  const send: Transport = async (call, signal): Promise<HttpResponse> => {
    const toError = (error: unknown): TranscriptionError => toTransportError(error, call, signal);
    try {
      const { headers, body, upload, release: onOver } = await encode(call.body, http2);
      const options = {
        ...targetOf(call.url),
        method: call.method,
        headers: { ...call.headers, ...headers },
        body,
      };
      return await exchange({ dispatcher: agent, options, signal, toError, upload, onOver });
    } catch (error) {
      throw toError(error);
    }
  };
  return { send, close: () => agent.destroy() };
}
