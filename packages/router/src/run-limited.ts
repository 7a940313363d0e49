import { TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";
import { abortedError } from "./aborted-error.ts";

/** Made once: an error for each request, which nobody reads, would cost more than the timer. */
const OVER = new TranscriptionError("aborted", "The attempt is over.");

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
  const timer = new AbortController();
  let stop = (error: TranscriptionError): void => own.abort(error);
  const stopped = new Promise<never>((_, reject) => {
    stop = (error) => {
      // Rejecting first: what the work makes of its signal is not the reason.
      reject(error);
      own.abort(error);
    };
  });
  const onAbort = (): void => stop(abortedError(signal));
  const watch = (waitMs: number): void => {
    clock.sleep(waitMs, timer.signal).then(onTimeout, () => {});
  };
  const onTimeout = (): void => {
    const leftMs = startedAtMs() + timeoutMs - clock.now();
    if (leftMs > 0) watch(leftMs);
    else
      stop(new TranscriptionError("timeout", `There was no answer within ${timeoutMs / 1000} s.`));
  };

  signal.addEventListener("abort", onAbort, { once: true });
  watch(timeoutMs);
  const result = Promise.race([work(own.signal), stopped]).finally(() => timer.abort(OVER));
  return { result, end: () => signal.removeEventListener("abort", onAbort) };
}
