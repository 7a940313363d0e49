/** A body that tells when the connection has taken all of it. */
export interface WatchedUpload {
  readonly pieces: AsyncIterable<Uint8Array>;
  isSent(): boolean;
  /** Calls back once it is sent, at once where it is; never when the body is given up. */
  onSent(callback: () => void): void;
}

/**
 * A socket may take megabytes at once: an answer that has come meanwhile is read after so many bytes,
 * and others have their turn.
 */
const TURN_BYTES = 1024 * 1024;

const nextTurn = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve);
  });

/** Watches pieces that go to undici, which asks for the next one when the socket has passed on the last. */
export function watchUpload(pieces: AsyncIterable<Uint8Array>): WatchedUpload {
  let isSent = false;
  const callbacks: (() => void)[] = [];
  let turnBytes = 0;
  const watch = (step: IteratorResult<Uint8Array>): IteratorResult<Uint8Array> => {
    if (step.done !== true) {
      turnBytes += step.value.byteLength;
    } else if (!isSent) {
      isSent = true;
      for (const callback of callbacks) callback();
    }
    return step;
  };
  const read = async (iterator: AsyncIterator<Uint8Array>): Promise<IteratorResult<Uint8Array>> => {
    const step = await iterator.next();
    // The end is not kept waiting: what is answered then was answered to all of it.
    if (step.done !== true && turnBytes >= TURN_BYTES) {
      turnBytes = 0;
      await nextTurn();
    }
    return watch(step);
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
  return {
    pieces: { [Symbol.asyncIterator]: open },
    isSent: () => isSent,
    onSent: (callback) => {
      if (isSent) callback();
      else callbacks.push(callback);
    },
  };
}
