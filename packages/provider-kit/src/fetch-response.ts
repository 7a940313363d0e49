import { TranscriptionError } from "@earshot/core";
import type { HttpResponse } from "@earshot/core";
import { toNetworkError } from "./network-error.ts";
import type { CallScope } from "./network-error.ts";

/** Undefined where decompression makes the number of bytes another one than the header says. */
const expectedBytes = (response: Response): number | undefined => {
  const length = response.headers.get("content-length");
  if (length === null || !/^\d+$/u.test(length) || response.headers.has("content-encoding")) {
    return undefined;
  }
  return Number(length);
};

/** A call whose answer is read. */
export interface FetchScope extends CallScope {
  /** What was to be sent; undefined where that was nothing. */
  readonly upload: { isSent(): boolean } | undefined;
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
export function toFetchResponse(response: Response, scope: FetchScope): HttpResponse {
  return {
    status: response.type === "opaqueredirect" ? HIDDEN_REDIRECT_STATUS : response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    body: readBody(response, scope),
  };
}
