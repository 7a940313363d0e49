import { TranscriptionError } from "@earshot/core";
import type { HttpCall, HttpResponse, Transport } from "@earshot/core";
import { encodeBody, toAbortError } from "@earshot/provider-kit";
import type { EncodedBody } from "@earshot/provider-kit";
import { headersOfAnswer, piecesOfAnswer } from "./fake-answer.ts";
import type { FakeAnswer, FakeVendor } from "./fake-answer.ts";
import { recordBody, splitUrl } from "./recorded-call.ts";
import type { RecordedCall } from "./recorded-call.ts";

/** A transport without sockets that remembers what went through it. */
export interface FakeTransport {
  readonly send: Transport;
  /** Calls whose body arrived completely, in the order of their completion. */
  readonly calls: readonly RecordedCall[];
  /** How many calls were started, also those that were cancelled. */
  started(): number;
  /** How many answers are being read now. */
  openBodies(): number;
}

/** Settles with the promise, or rejects as soon as the signal fires; leaves no listener behind. */
const raceAbort = <T>(promise: Promise<T>, signal: AbortSignal): Promise<T> =>
  new Promise((resolve, reject) => {
    const abort = (): void => reject(toAbortError(signal));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    promise.finally(() => signal.removeEventListener("abort", abort)).then(resolve, reject);
  });

const never = new Promise<never>(() => {});

const readAll = async (encoded: EncodedBody, signal: AbortSignal): Promise<Uint8Array> => {
  const iterator = encoded.open()[Symbol.asyncIterator]();
  const chunks: Uint8Array[] = [];
  try {
    for (;;) {
      const next = await raceAbort(iterator.next(), signal);
      if (next.done === true) break;
      chunks.push(next.value);
    }
  } catch (error) {
    // Not awaited: a source that waits for its next bytes must not hold up the cancellation.
    iterator.return?.().catch(() => undefined);
    throw error;
  }
  return new Uint8Array(Buffer.concat(chunks));
};

const record = async (call: HttpCall, signal: AbortSignal): Promise<RecordedCall> => {
  const encoded = encodeBody(call.body);
  const bytes = await readAll(encoded, signal);
  const { contentType, sizeBytes } = encoded;
  if (sizeBytes !== undefined && sizeBytes !== bytes.byteLength) {
    throw new Error(`The body has ${bytes.byteLength} bytes where ${sizeBytes} were announced.`);
  }
  const headers = {
    ...call.headers,
    ...(contentType === undefined ? {} : { "content-type": contentType }),
    ...(sizeBytes === undefined ? {} : { "content-length": String(bytes.byteLength) }),
  };
  const body = recordBody(contentType, bytes);
  return { method: call.method, url: call.url, ...splitUrl(call.url), headers, body };
};

/**
 * A transport that hands every call, decoded, to a fake vendor. It reads the audio as a real one
 * does, and it ends at once when its signal fires.
 */
export function createFakeTransport(vendor: FakeVendor): FakeTransport {
  const calls: RecordedCall[] = [];
  let started = 0;
  let openBodies = 0;

  async function* readBody(answer: FakeAnswer, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    openBodies += 1;
    try {
      for (const piece of piecesOfAnswer(answer)) {
        yield await raceAbort(Promise.resolve(piece), signal);
      }
      if (answer.ending === "hang") await raceAbort(never, signal);
      if (answer.ending === "broken") {
        throw new TranscriptionError("network", "The connection was closed.");
      }
    } finally {
      openBodies -= 1;
    }
  }

  const send: Transport = async (call, signal): Promise<HttpResponse> => {
    started += 1;
    const recorded = await record(call, signal);
    calls.push(recorded);
    const answer = await raceAbort(Promise.resolve(vendor(recorded, calls.length - 1)), signal);
    if (answer.silent === true) await raceAbort(never, signal);
    const headers = headersOfAnswer(answer);
    return {
      status: answer.status ?? 200,
      header: (name) => headers[name.toLowerCase()],
      body: readBody(answer, signal),
    };
  };

  return { send, calls, started: () => started, openBodies: () => openBodies };
}
