import { toAbortError } from "@earshot/provider-kit";

/** Settles with the promise, or rejects as soon as the signal fires; leaves no listener behind. */
export function raceAbort<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(toAbortError(signal));
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
    const settle = (then: () => void): void => {
      signal.removeEventListener("abort", abort);
      then();
    };
    promise.then(
      (value) => settle(() => resolve(value)),
      (error: unknown) => settle(() => reject(error)),
    );
  });
}
