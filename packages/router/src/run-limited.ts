import { TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";
import { abortedError } from "./aborted-error.ts";

export interface Limits {
  readonly clock: Clock;
  readonly timeoutMs: number;
  /** When the time begins to count, which may move while the audio is still arriving. */
  readonly startedAtMs: () => number;
  /** Of the whole request. */
  readonly signal: AbortSignal;
}

export interface LimitedRun<R> {
  /** Rejects with `timeout` or `aborted` at once, even if the work takes no notice of its signal. */
  readonly result: Promise<R>;
  /** Lets go of the request's signal, which else reaches the work also after the result is there. */
  readonly end: () => void;
  /** Fires the work's signal, with this error. */
  readonly stop: (error: TranscriptionError) => void;
}

/**
 * Runs the work with a signal of its own, which fires when the request's does, and when the time is
 * over before there is a result.
 */
export function runLimited<R>(
  { clock, timeoutMs, startedAtMs, signal }: Limits,
  work: (signal: AbortSignal) => Promise<R>,
): LimitedRun<R> {
  const own = new AbortController();
  let reject: (error: unknown) => void;
  const stop = (error: TranscriptionError): void => {
    cancelTimer();
    // Rejecting first: what the work makes of its signal is not the reason.
    reject(error);
    own.abort(error);
  };
  const onAbort = (): void => stop(abortedError(signal));
  const onTimeout = (): void => {
    const leftMs = startedAtMs() + timeoutMs - clock.now();
    if (leftMs > 0) cancelTimer = clock.after(leftMs, onTimeout);
    else
      stop(
        new TranscriptionError(
          "timeout",
          `There was no answer within ${Math.round(timeoutMs) / 1000} s.`,
        ),
      );
  };
  let cancelTimer = clock.after(timeoutMs, onTimeout);
  signal.addEventListener("abort", onAbort, { once: true });
  const result = new Promise<R>((resolve, refuse) => {
    reject = refuse;
    work(own.signal).then(resolve, refuse);
  }).finally(() => cancelTimer());
  return { result, end: () => signal.removeEventListener("abort", onAbort), stop };
}
