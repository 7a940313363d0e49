import { TranscriptionError } from "@earshot/core";
import type { HttpBody, HttpCall, HttpResponse, Transport } from "@earshot/core";
import { throwIfAborted, toNetworkError } from "./call-error.ts";
import type { CallScope } from "./call-error.ts";
import { encodeBody } from "./encode-body.ts";
import type { EncodedBody } from "./encode-body.ts";

export interface FetchTransportSettings {
  /** By default the runtime's own. */
  readonly fetch?: typeof globalThis.fetch;
  /**
   * Whether uploads are streamed; found out by default. A browser that could stream still cannot over
   * HTTP/1.1: say `false` there.
   */
  readonly streamUploads?: boolean;
}

/** `duplex` is missing from the type library, and required by every runtime that streams uploads. */
type StreamingInit = RequestInit & { duplex?: "half" };

interface Upload {
  readonly body: BodyInit;
  readonly streams: boolean;
  /** Whether the runtime has asked for all of it; some do not ask again once they have all bytes. */
  readonly isSent: () => boolean;
  /** What went wrong while reading the audio; fetch hides it behind an error of its own. */
  failure(): unknown;
}

/** Undefined where decompression makes the number of bytes another one than the header says. */
const expectedBytes = (response: Response): number | undefined => {
  const length = response.headers.get("content-length");
  if (length === null || !/^\d+$/u.test(length) || response.headers.has("content-encoding")) {
    return undefined;
  }
  return Number(length);
};

/** A call whose answer is read. */
interface FetchScope extends CallScope {
  /** Undefined where nothing was to be sent. */
  readonly upload: Upload | undefined;
}

/** Written out by hand because a generator that was never started runs no `finally`. */
const readBody = (response: Response, scope: FetchScope): AsyncIterable<Uint8Array> => {
  let reader: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const expected = expectedBytes(response);
  let received = 0;
  const read = async (): Promise<IteratorResult<Uint8Array, undefined>> => {
    reader ??= response.body?.getReader();
    const next = await reader?.read();
    if (next?.done === false) {
      received += next.value.byteLength;
      return { done: false, value: next.value };
    }
    if (reader !== undefined && expected !== undefined && received < expected) {
      const message = `The answer ended after ${received} of ${expected} bytes.`;
      throw new TranscriptionError("network", message);
    }
    // Nobody knows what audio says that was not read.
    if (response.ok && scope.upload?.isSent() === false)
      throw new TranscriptionError("network", "The answer came before all of the audio was sent.");
    return { done: true, value: undefined };
  };
  const iterator: AsyncIterator<Uint8Array, undefined> = {
    next: () =>
      read().catch((error: unknown) => {
        throw toNetworkError(error, scope);
      }),
    // Closes the connection when the caller stops early, also before the first byte.
    return: () => {
      const closing = reader === undefined ? response.body?.cancel() : reader.cancel();
      closing?.catch(() => undefined);
      return Promise.resolve({ done: true, value: undefined });
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
};

/** A redirect that a browser hides has status 0; any 3xx tells the classifier what happened. */
const HIDDEN_REDIRECT_STATUS = 302;

/** Fetch's answer as the contract's: its body rejects with `network`, `timeout` or `aborted`. */
const toFetchResponse = (response: Response, scope: FetchScope): HttpResponse => ({
  status: response.type === "opaqueredirect" ? HIDDEN_REDIRECT_STATUS : response.status,
  header: (name) => response.headers.get(name) ?? undefined,
  body: readBody(response, scope),
});

/** The audio's own failure: whatever it says, the request cannot go on. */
const toReadFailure = (error: unknown): TranscriptionError => {
  if (TranscriptionError.is(error)) return error;
  const message = "The audio could not be read to its end.";
  return new TranscriptionError("aborted", message, { cause: error });
};

/** Server runtimes stream, also those that never look at `duplex`. */
const isServerRuntime = (): boolean =>
  typeof navigator === "object" &&
  /^(?:Node\.js|Deno|Bun|Cloudflare-Workers)/u.test(navigator.userAgent);

/** A browser that cannot stream turns the stream into text, and then gives it a content type. */
const detectStreaming = (): boolean => {
  if (isServerRuntime()) return true;
  let asked = false;
  try {
    const init: StreamingInit = {
      method: "POST",
      body: new ReadableStream(),
      get duplex(): "half" {
        asked = true;
        return "half";
      },
    };
    return !new Request("https://upload.invalid/", init).headers.has("content-type") && asked;
  } catch {
    return false;
  }
};

const toStream = (encoded: EncodedBody): Upload => {
  let iterator: AsyncIterator<Uint8Array> | undefined;
  let failure: unknown;
  let sentBytes = 0;
  let isOver = false;
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          iterator ??= encoded.open()[Symbol.asyncIterator]();
          const next = await iterator.next();
          if (next.done === true) {
            isOver = true;
            controller.close();
          } else {
            sentBytes += next.value.byteLength;
            controller.enqueue(next.value);
          }
        } catch (error) {
          failure = toReadFailure(error);
          controller.error(failure);
        }
      },
      async cancel() {
        await iterator?.return?.();
      },
    },
    { highWaterMark: 0 },
  );
  // Stand-ins for fetch answer without a look at the body; every network asks for its first piece.
  const isSent = (): boolean =>
    isOver || sentBytes === 0 || sentBytes >= (encoded.sizeBytes ?? Infinity);
  return { body, streams: true, isSent, failure: () => failure };
};

/** A Blob takes no bytes of shared memory. */
const isUnshared = (chunk: Uint8Array): chunk is Uint8Array<ArrayBuffer> =>
  chunk.buffer instanceof ArrayBuffer;

const toBlob = async (encoded: EncodedBody, signal: AbortSignal): Promise<Upload> => {
  const parts: BlobPart[] = [];
  try {
    for await (const chunk of encoded.open()) {
      throwIfAborted(signal);
      parts.push(isUnshared(chunk) ? chunk : new Uint8Array(chunk));
    }
  } catch (error) {
    throw toReadFailure(error);
  }
  return { body: new Blob(parts), streams: false, isSent: () => true, failure: () => undefined };
};

/** What holds no audio is small and already there. */
const carriesAudio = (body: HttpBody): boolean =>
  body.type === "raw" || (body.type === "multipart" && body.file !== undefined);

const headersOf = (call: HttpCall, encoded: EncodedBody): Record<string, string> => {
  const headers: Record<string, string> = { ...call.headers };
  if (encoded.contentType !== undefined) headers["content-type"] = encoded.contentType;
  // Honoured by Node, ignored by browsers; without it, a streamed upload is sent in chunks.
  if (encoded.contentType !== undefined && encoded.sizeBytes !== undefined) {
    headers["content-length"] = String(encoded.sizeBytes);
  }
  return headers;
};

/**
 * A transport on the runtime's `fetch`: streams uploads where the runtime can, otherwise sends them
 * in one piece.
 */
export function createFetchTransport(settings: FetchTransportSettings = {}): Transport {
  let canStream = settings.streamUploads;
  return async (call, signal): Promise<HttpResponse> => {
    throwIfAborted(signal);
    const send = settings.fetch ?? globalThis.fetch;
    const encoded = encodeBody(call.body);
    let upload: Upload | undefined;
    try {
      if (encoded.contentType !== undefined) {
        const streams = carriesAudio(call.body) && (canStream ??= detectStreaming());
        upload = streams ? toStream(encoded) : await toBlob(encoded, signal);
      }
      const init: StreamingInit = {
        method: call.method,
        headers: headersOf(call, encoded),
        redirect: "manual",
        signal,
        ...(upload === undefined ? {} : { body: upload.body }),
        ...(upload?.streams === true ? { duplex: "half" } : {}),
      };
      return toFetchResponse(await send(call.url, init), { call, signal, upload });
    } catch (error) {
      throw toNetworkError(upload?.failure() ?? error, { call, signal });
    }
  };
}
