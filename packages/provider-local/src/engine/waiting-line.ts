import { toAbortError } from "@earshot/provider-kit";

/** Requests for something scarce, served in the order in which they came. */
export interface WaitingLine<T> {
  length(): number;
  /** Resolves with what `serve` hands over; leaves the line with an error when the signal fires. */
  join(signal: AbortSignal): Promise<T>;
  /** Hands the item to the first in line; false when nobody waits. */
  serve(item: T): boolean;
  /** Sends everybody away with the error. */
  dismiss(error: Error): void;
}

interface Waiter<T> {
  readonly serve: (item: T) => void;
  readonly dismiss: (error: Error) => void;
}

export function createWaitingLine<T>(): WaitingLine<T> {
  const waiters = new Set<Waiter<T>>();
  const first = (): Waiter<T> | undefined => {
    const [waiter] = waiters;
    if (waiter !== undefined) waiters.delete(waiter);
    return waiter;
  };
  return {
    length: () => waiters.size,
    join: (signal) =>
      new Promise<T>((resolve, reject) => {
        const leave = (): void => {
          waiters.delete(waiter);
          reject(toAbortError(signal));
        };
        const settled = (): void => signal.removeEventListener("abort", leave);
        const waiter: Waiter<T> = {
          serve: (item) => {
            settled();
            resolve(item);
          },
          dismiss: (error) => {
            settled();
            reject(error);
          },
        };
        if (signal.aborted) {
          leave();
          return;
        }
        signal.addEventListener("abort", leave, { once: true });
        waiters.add(waiter);
      }),
    serve: (item) => {
      const waiter = first();
      waiter?.serve(item);
      return waiter !== undefined;
    },
    dismiss: (error) => {
      for (let waiter = first(); waiter !== undefined; waiter = first()) waiter.dismiss(error);
    },
  };
}
