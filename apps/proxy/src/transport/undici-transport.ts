import { defaultSettings } from "@earshot/config";
import { TranscriptionError } from "@earshot/core";
import type { HttpCall, HttpResponse, Logger, Transport } from "@earshot/core";
import { Agent } from "undici";
import type { Dispatcher } from "undici";
import { createCachedLookup } from "./cached-lookup.ts";
import { toRequestBody } from "./request-body.ts";
import type { RequestBody } from "./request-body.ts";

export interface UndiciTransportSettings {
  /** Connections to one origin, such as `https://api.example.com`; undefined means no bound. */
  readonly connections?: number;
  /** True takes HTTP/2 where a provider offers it over TLS; default as in the config. */
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

/** Most calls go to few places: their addresses are taken apart once. */
const MAX_TARGETS = 1000;
const createTargets = () => {
  const targets = new Map<string, { readonly origin: string; readonly path: string }>();
  return (url: string) => {
    const known = targets.get(url);
    if (known !== undefined) return known;
    if (targets.size >= MAX_TARGETS) targets.clear();
    const { origin, pathname, search } = new URL(url);
    const target = { origin, path: `${pathname}${search}` };
    targets.set(url, target);
    return target;
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

/** What the provider may send ahead of whoever reads it. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** Pieces of a byte each weigh a hundred times what they hold. */
const MAX_WAITING_PIECES = 1024;

const END: IteratorResult<Uint8Array> = { done: true, value: undefined };

/** A body that is written by the connection and read once, piece by piece. */
const createInbox = () => {
  const pieces: Uint8Array[] = [];
  let waitingBytes = 0;
  let waiter: PromiseWithResolvers<IteratorResult<Uint8Array>> | undefined;
  let over: { readonly error?: unknown } | undefined;
  let controller: Dispatcher.DispatchController | undefined;

  const isFull = (): boolean =>
    waitingBytes >= MAX_WAITING_BYTES || pieces.length >= MAX_WAITING_PIECES;

  const end = (how: { readonly error?: unknown }): void => {
    over ??= how;
    if (waiter === undefined) return;
    if ("error" in over) waiter.reject(over.error);
    else waiter.resolve(END);
    waiter = undefined;
  };
  const take = (piece: Uint8Array): IteratorResult<Uint8Array> => {
    waitingBytes -= piece.byteLength;
    if (controller?.paused === true && !isFull()) controller.resume();
    return { done: false, value: piece };
  };
  const iterator: AsyncIterator<Uint8Array> = {
    next: () => {
      const piece = pieces.shift();
      if (piece !== undefined) return Promise.resolve(take(piece));
      if (over === undefined) return (waiter = Promise.withResolvers()).promise;
      return "error" in over ? Promise.reject(over.error) : Promise.resolve(END);
    },
    return: () => {
      if (over === undefined) controller?.abort(new Error("Nobody reads the answer any more."));
      return Promise.resolve(END);
    },
  };
  return {
    open: (from: Dispatcher.DispatchController): AsyncIterable<Uint8Array> => {
      controller = from;
      return { [Symbol.asyncIterator]: () => iterator };
    },
    put: (piece: Uint8Array): void => {
      if (waiter !== undefined) {
        waiter.resolve({ done: false, value: piece });
        waiter = undefined;
        return;
      }
      pieces.push(piece);
      waitingBytes += piece.byteLength;
      if (isFull()) controller?.pause();
    },
    end,
  };
};

const firstOf = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value[0] : value;

const EARLY = "The provider answered before all of the audio was sent.";

const isSuccess = (status: number): boolean => status >= 200 && status < 300;

interface Exchange {
  readonly options: Dispatcher.DispatchOptions;
  readonly sent: RequestBody;
  readonly signal: AbortSignal;
  /** What callers get for an error of the connection. */
  readonly toError: (error: unknown) => TranscriptionError;
}

/**
 * Makes one call on the pool's lowest level, which costs half of what its streams do. Rejects, as does
 * the answer's body, with what `toError` makes of the failure. A success is told only once all of the
 * body is sent, and is a failure when it ends before: nobody knows what audio says that was not read.
 */
const exchange = (
  dispatcher: Dispatcher,
  { options, sent: { onSent, release }, signal, toError }: Exchange,
): Promise<HttpResponse> =>
  new Promise((resolve, reject) => {
    const inbox = createInbox();
    let controller: Dispatcher.DispatchController | undefined;
    let isEarly = false;
    const fail = (cause: unknown): void => {
      signal.removeEventListener("abort", onAbort);
      const error = toError(cause);
      inbox.end({ error });
      reject(error);
      release?.();
    };
    const onAbort = (): void => {
      const reason: unknown = signal.reason;
      controller?.abort(reason instanceof Error ? reason : new Error("The request was cancelled."));
      fail(reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    dispatcher.dispatch(options, {
      onRequestStart: (started) => {
        controller = started;
        if (signal.aborted) onAbort();
      },
      onResponseStart: (started, status, headers) => {
        if (status < 200) return;
        const response: HttpResponse = {
          status,
          header: (name) => firstOf(headers[name.toLowerCase()]),
          body: inbox.open(started),
        };
        if (onSent === undefined || !isSuccess(status)) {
          resolve(response);
          return;
        }
        isEarly = true;
        onSent(() => {
          isEarly = false;
          resolve(response);
        });
      },
      onResponseData: (_controller, piece) => inbox.put(piece),
      onResponseEnd: () => {
        if (isEarly) {
          fail(new TranscriptionError("network", EARLY));
          return;
        }
        signal.removeEventListener("abort", onAbort);
        inbox.end({});
        release?.();
      },
      onResponseError: (_controller, error) => fail(error),
    });
  });

/** Makes the pooled transport: keep-alive, no redirects, timeouts left to the caller's signal. */
export function createUndiciTransport(settings: UndiciTransportSettings = {}): PooledTransport {
  const {
    connections,
    http2 = defaultSettings.general.upstreamHttp2,
    certificateAuthority,
    logger,
  } = settings;
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
      const sent = await toRequestBody(call.body, http2);
      const options = {
        ...targetOf(call.url),
        method: call.method,
        headers: { ...call.headers, ...sent.headers },
        body: sent.body,
      };
      return await exchange(agent, { options, sent, signal, toError });
    } catch (error) {
      throw toError(error);
    }
  };
  return { send, close: () => agent.destroy() };
}
