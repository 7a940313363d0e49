import type { EncodedBody } from "@earshot/provider-kit";

/** A body that can be given up from outside. */
export interface KeptPieces {
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Lets go of the body's source, also when nobody asks for the next piece; harmless when it has ended. */
  readonly release: () => void;
}

/**
 * A body for HTTP/2, whose session keeps pieces until the other side has room for them: none is lent.
 * When the other side ends a request early, undici waits for ever to go on writing, so whoever made
 * the request must release the body when it is over. (A stream would be released by undici, but takes
 * the early answer with it.)
 */
export function keepPieces({ open }: EncodedBody): KeptPieces {
  const iterator = open()[Symbol.asyncIterator]();
  const release = async (): Promise<void> => {
    try {
      await iterator.return?.();
    } catch {
      // The request is over: what its source has to say does not matter any more.
    }
  };
  return { pieces: { [Symbol.asyncIterator]: () => iterator }, release: () => void release() };
}
