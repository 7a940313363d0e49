import { TranscriptionError } from "./errors.ts";

/** Time, handed in so that tests run without waiting. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after that many milliseconds; rejects with `aborted` as soon as the signal fires. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** Calls once, after that many milliseconds, unless the function that it answers is called before. */
  after(milliseconds: number, callback: () => void): () => void;
}

const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer);
      const reason: unknown = signal?.reason;
      const isReady = TranscriptionError.is(reason) && reason.code === "aborted";
      const cancelled = "The request was cancelled.";
      reject(isReady ? reason : new TranscriptionError("aborted", cancelled, { cause: reason }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
    if (signal?.aborted === true) abort();
    else signal?.addEventListener("abort", abort, { once: true });
  });

const after = (milliseconds: number, callback: () => void): (() => void) => {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
};

/** The clock on the wall. */
export const systemClock: Clock = { now: () => Date.now(), sleep, after };
