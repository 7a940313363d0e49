import type { Clock } from "../clock.ts";
import { TranscriptionError } from "../errors.ts";

/** A clock that only moves when it is told to. */
export interface VirtualClock extends Clock {
  /** Every pause that was asked for, in milliseconds, in order. */
  readonly sleeps: readonly number[];
  /** How many wait now, in `sleep` or by `after`. */
  pending(): number;
  /** Moves time and wakes whoever is due, in order of their time, with all that follows from each. */
  advance(milliseconds: number): Promise<void>;
  /** Moves time from one who waits to the next until the promise has settled. */
  run<T>(promise: Promise<T>): Promise<T>;
}

export interface VirtualClockSettings {
  /** Milliseconds since the epoch; by default noon of the first of January 2026. */
  readonly startMs?: number;
  /** Wakes every sleeper at once and moves time by what it asked for. */
  readonly autoAdvance?: boolean;
}

interface Sleeper {
  readonly dueMs: number;
  readonly wake: () => void;
}

/** One turn of the event loop, by what every runtime has and no test replaces. */
const turn = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    const done = (): void => {
      port1.close();
      resolve();
    };
    port1.addEventListener("message", done, { once: true });
    port1.start();
    port2.postMessage(undefined);
  });

/** Lets everything run that is already due, without waiting for any time to pass. */
export async function settle(turns = 1): Promise<void> {
  for (let count = 0; count < turns; count += 1) await turn();
}

/** Sleeps until it is woken, or until the signal fires, which rejects with `aborted`. */
const nap = async (
  fallAsleep: (wake: () => void) => Sleeper,
  forget: (sleeper: Sleeper) => void,
  signal: AbortSignal | undefined,
): Promise<void> => {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const sleeper = fallAsleep(resolve);
  const abort = (): void => {
    forget(sleeper);
    reject(new TranscriptionError("aborted", "The request was cancelled."));
  };
  if (signal?.aborted === true) abort();
  else signal?.addEventListener("abort", abort, { once: true });
  await promise.finally(() => signal?.removeEventListener("abort", abort));
};

/** A clock for tests: `sleep` waits for `advance`, or for nothing with `autoAdvance`; `after` always waits. */
export function createVirtualClock(settings: VirtualClockSettings = {}): VirtualClock {
  const { startMs = Date.UTC(2026, 0, 1, 12), autoAdvance = false } = settings;
  const sleeps: number[] = [];
  const sleepers = new Set<Sleeper>();
  let nowMs = startMs;

  const add = (milliseconds: number, wake: () => void): Sleeper => {
    const sleeper = { dueMs: nowMs + milliseconds, wake };
    sleepers.add(sleeper);
    return sleeper;
  };
  const wake = (sleeper: Sleeper): void => {
    if (!sleepers.delete(sleeper)) return;
    nowMs = Math.max(nowMs, sleeper.dueMs);
    sleeper.wake();
  };
  /** Wakes the next one who is due by then, if there is one. */
  const wakeNext = (untilMs: number): boolean => {
    const next = [...sleepers].toSorted((one, other) => one.dueMs - other.dueMs).at(0);
    if (next === undefined || next.dueMs > untilMs) return false;
    wake(next);
    return true;
  };

  return {
    sleeps,
    now: () => nowMs,
    pending: () => sleepers.size,
    after: (milliseconds, callback) => {
      const sleeper = add(milliseconds, callback);
      return () => void sleepers.delete(sleeper);
    },
    sleep: (milliseconds, signal) => {
      sleeps.push(milliseconds);
      const fallAsleep = (resolve: () => void): Sleeper => {
        const sleeper = add(milliseconds, resolve);
        if (autoAdvance) queueMicrotask(() => wake(sleeper));
        return sleeper;
      };
      return nap(fallAsleep, (sleeper) => sleepers.delete(sleeper), signal);
    },
    advance: async (milliseconds) => {
      const untilMs = nowMs + milliseconds;
      do await settle();
      while (wakeNext(untilMs));
      nowMs = untilMs;
    },
    run: async (promise) => {
      let isDone = false;
      const finish = (): void => {
        isDone = true;
      };
      promise.then(finish, finish);
      for (;;) {
        await settle();
        if (isDone) return promise;
        if (!wakeNext(Infinity)) throw new Error("Nothing is left that could settle the promise.");
      }
    },
  };
}
