import { TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";

interface Timer {
  readonly atMs: number;
  readonly fire: () => void;
}

/** A clock that stands still until told to go on. */
export interface VirtualClock extends Clock {
  /** Lets time pass, timer by timer, and everything that follows from each. */
  readonly advance: (milliseconds: number) => Promise<void>;
  /** Lets time pass from timer to timer until the promise has settled. */
  readonly run: <T>(promise: Promise<T>) => Promise<T>;
  /** How many sleeps are under way. */
  readonly timers: () => number;
}

/** Resolves after all microtasks that are due. */
const settled = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.addEventListener(
      "message",
      () => {
        port1.close();
        resolve();
      },
      { once: true },
    );
    port1.start();
    port2.postMessage(undefined);
  });

export function createVirtualClock(startMs = 1_000_000): VirtualClock {
  let nowMs = startMs;
  const timers = new Set<Timer>();

  const next = (untilMs: number): Timer | undefined => {
    const due = [...timers].filter(({ atMs }) => atMs <= untilMs);
    return due.toSorted((a, b) => a.atMs - b.atMs)[0];
  };
  const fire = (timer: Timer): void => {
    nowMs = Math.max(nowMs, timer.atMs);
    timers.delete(timer);
    timer.fire();
  };

  return {
    now: () => nowMs,
    timers: () => timers.size,
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        const timer = { atMs: nowMs + milliseconds, fire: resolve };
        const abort = (): void => {
          timers.delete(timer);
          reject(new TranscriptionError("aborted", "The sleep was cancelled."));
        };
        timers.add(timer);
        if (signal?.aborted === true) abort();
        else signal?.addEventListener("abort", abort, { once: true });
      }),
    after: (milliseconds, callback) => {
      const timer = { atMs: nowMs + milliseconds, fire: callback };
      timers.add(timer);
      return () => void timers.delete(timer);
    },
    async advance(milliseconds) {
      const untilMs = nowMs + milliseconds;
      await settled();
      for (let timer = next(untilMs); timer !== undefined; timer = next(untilMs)) {
        fire(timer);
        await settled();
      }
      nowMs = untilMs;
    },
    async run(promise) {
      const progress = { isDone: false };
      const finish = (): void => {
        progress.isDone = true;
      };
      promise.then(finish, finish);
      await settled();
      while (!progress.isDone) {
        const timer = next(Infinity);
        if (timer === undefined) throw new Error("Nothing is left that could settle the promise.");
        fire(timer);
        await settled();
      }
      return promise;
    },
  };
}
