import { toAbortError } from "@earshot/provider-kit";
import type { FairShares, Turn } from "./fair-shares.ts";

/** Requests for something scarce, served in the order that their shares give them. */
export interface WaitingLine<T> {
  length(): number;
  /** Resolves with what `serve` hands over; leaves the line with an error when the signal fires. */
  join(signal: AbortSignal, turn: Turn): Promise<T>;
  /** Hands the item to the first in line; false when nobody waits. */
  serve(item: T): boolean;
  /** Sends everybody away with the error. */
  dismiss(error: Error): void;
}

interface Waiter<T> {
  readonly turn: Turn;
  readonly serve: (item: T) => void;
  readonly dismiss: (error: Error) => void;
}

export function createWaitingLine<T>(shares: Pick<FairShares, "first">): WaitingLine<T> {
  const waiters = new Set<Waiter<T>>();
  return {
    length: () => waiters.size,
    join: (signal, turn) =>
      new Promise<T>((resolve, reject) => {
        const leave = (): void => {
          waiters.delete(waiter);
          reject(toAbortError(signal));
        };
        const settled = (): void => signal.removeEventListener("abort", leave);
        const waiter: Waiter<T> = {
          turn,
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
      const waiter = shares.first(waiters);
      if (waiter === undefined) return false;
      waiters.delete(waiter);
      waiter.serve(item);
      return true;
    },
    dismiss: (error) => {
      const all = [...waiters];
      waiters.clear();
      for (const waiter of all) waiter.dismiss(error);
    },
  };
}
