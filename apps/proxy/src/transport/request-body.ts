import type { Readable } from "node:stream";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { HttpBody } from "@earshot/core";
import { encodeBody } from "@earshot/provider-kit";
import type { EncodedBody } from "@earshot/provider-kit";

/** What undici is given to send: nothing, or bytes with the headers that describe them. */
export interface RequestBody {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readable | Uint8Array | null;
  /**
   * Of a body in pieces: calls back once the connection has taken all of it, at once where it has, and
   * never when it is given up. Takes one callback.
   */
  readonly onSent?: (callback: () => void) => void;
  /** To be called when the exchange is over, perhaps more than once. */
  readonly release?: () => void;
}

/** Up to this size one copy costs less than writing piece after piece. */
const WHOLE_BYTES = 256 * 1024;

/**
 * A socket may take megabytes at once: an answer that has come meanwhile is read after so many bytes,
 * and others have their turn.
 */
const TURN_BYTES = 1024 * 1024;

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

/** Watches pieces that go to undici, which asks for the next one when the socket has passed on the last. */
const watchPieces = (pieces: AsyncIterable<Uint8Array>) => {
  let isSent = false;
  let whenSent: (() => void) | undefined;
  let turnBytes = 0;
  const read = async (iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> => {
    const step = await iterator.next();
    // The end is not kept waiting: what is answered then was answered to all of it.
    if (step.done === true) {
      isSent = true;
      whenSent?.();
      return step;
    }
    if (turnBytes >= TURN_BYTES) {
      turnBytes = 0;
      await nextTurn();
    }
    turnBytes += step.value.byteLength;
    return step;
  };
  const open = (): AsyncIterator<Uint8Array> => {
    const iterator = pieces[Symbol.asyncIterator]();
    return {
      next: () => read(iterator),
      return: async () => {
        await iterator.return?.();
        return { done: true, value: undefined };
      },
    };
  };
  const watched: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: open };
  return {
    // undici takes any async iterable. Over HTTP/1.1 it waits between the pieces until the socket has
    // passed on all that it holds, where that is 64 KiB or more; a stream around it would only cost.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- undici's types do not say so
    body: watched as unknown as Readable,
    onSent: (callback: () => void): void => {
      if (isSent) callback();
      else whenSent = callback;
    },
  };
};

/**
 * A body for HTTP/2, whose session keeps pieces until the other side has room for them: none is lent.
 * When the other side ends a request early, undici waits for ever to go on writing, so whoever made
 * the request must release the body when it is over, also when nobody asks for the next piece. (A
 * stream would be released by undici, but takes the early answer with it.)
 */
const keepPieces = ({ open }: EncodedBody) => {
  const iterator = open()[Symbol.asyncIterator]();
  const end = async (): Promise<void> => void (await iterator.return?.());
  return {
    pieces: { [Symbol.asyncIterator]: () => iterator },
    // The request is over: what its source has to say does not matter any more.
    release: () => void end().catch(() => {}),
  };
};

/** Makes of a call's body what undici sends; small ones in one piece, large ones as they come. */
export async function toRequestBody(body: HttpBody, http2: boolean): Promise<RequestBody> {
  const encoded = encodeBody(body);
  const { contentType, sizeBytes } = encoded;
  if (contentType === undefined) return { headers: {}, body: null };
  const headers: Record<string, string> = { "content-type": contentType };
  if (sizeBytes !== undefined) headers["content-length"] = String(sizeBytes);
  if (sizeBytes !== undefined && sizeBytes <= WHOLE_BYTES)
    return { headers, body: await collect(encoded, sizeBytes) };
  if (!http2) return { headers, ...watchPieces(encoded.open({ transient: true })) };
  const { pieces, release } = keepPieces(encoded);
  return { headers, ...watchPieces(pieces), release };
}
