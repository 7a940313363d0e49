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

async function* readBody(
  response: Response,
  scope: CallScope,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  const expected = expectedBytes(response);
  let received = 0;
  try {
    for (;;) {
      const next = await reader.read();
      if (next.done) break;
      received += next.value.byteLength;
      yield next.value;
    }
    if (expected !== undefined && received < expected) {
      const message = `The answer ended after ${received} of ${expected} bytes.`;
      throw new TranscriptionError("network", message);
    }
  } catch (error) {
    throw toNetworkError(error, scope);
  } finally {
    // Closes the connection when the caller stops early; harmless after the end.
    reader.cancel().catch(() => undefined);
  }
}

/** A redirect that a browser hides has status 0; any 3xx tells the classifier what happened. */
const HIDDEN_REDIRECT_STATUS = 302;

/** Fetch's answer as the contract's: its body rejects with `network`, `timeout` or `aborted`. */
export function toFetchResponse(response: Response, scope: CallScope): HttpResponse {
  return {
    status: response.type === "opaqueredirect" ? HIDDEN_REDIRECT_STATUS : response.status,
    header: (name) => response.headers.get(name) ?? undefined,
    body: readBody(response, scope),
  };
}
