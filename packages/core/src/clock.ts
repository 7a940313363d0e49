import { TranscriptionError } from "./errors.ts";

/** Time, handed in so that tests run without waiting. */
export interface Clock {
  /**
   * Milliseconds that never jump, to measure and limit time by. The system's clock counts them from
   * the epoch as it was when the process began, so they are near a date, but none.
   */
  now(): number;
  /** The date, in milliseconds since the epoch, which may jump; read it with `dateOf`. */
  readonly date?: () => number;
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

/** Real time; somebody who sets the wall clock changes nothing but `date`. */
export const systemClock: Clock = {
  now: () => performance.timeOrigin + performance.now(),
  date: () => Date.now(),
  sleep,
  after,
};

/** The date in milliseconds since the epoch: only to compare with dates, and to show. */
export function dateOf(clock: Clock): number {
  return clock.date?.() ?? clock.now();
}
