import { TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";

/** A clock that only moves when it is told to. */
export interface VirtualClock extends Clock {
  /** Every pause that was asked for, in milliseconds, in order. */
  readonly sleeps: readonly number[];
  /** How many sleepers wait now. */
  pending(): number;
  /** Moves time and wakes whoever is due, in order of their time. */
  advance(milliseconds: number): Promise<void>;
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

/** Lets everything run that is already due, without waiting for any time to pass. */
export async function settle(turns = 1): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** A clock for tests: `sleep` waits for `advance`, or for nothing with `autoAdvance`; `after` always waits. */
export function createVirtualClock(settings: VirtualClockSettings = {}): VirtualClock {
  const { startMs = Date.UTC(2026, 0, 1, 12), autoAdvance = false } = settings;
  const sleeps: number[] = [];
  const sleepers = new Set<Sleeper>();
  let nowMs = startMs;

  const sleep = (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    sleeps.push(milliseconds);
    return new Promise((resolve, reject) => {
      const abort = (): void => {
        sleepers.delete(sleeper);
        reject(new TranscriptionError("aborted", "The request was cancelled."));
      };
      const wake = (): void => {
        sleepers.delete(sleeper);
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      const sleeper: Sleeper = { dueMs: nowMs + milliseconds, wake };
      if (signal?.aborted === true) return abort();
      sleepers.add(sleeper);
      signal?.addEventListener("abort", abort, { once: true });
      if (!autoAdvance) return undefined;
      return queueMicrotask(() => {
        if (!sleepers.has(sleeper)) return;
        nowMs = Math.max(nowMs, sleeper.dueMs);
        wake();
      });
    });
  };

  const after = (milliseconds: number, callback: () => void): (() => void) => {
    const cancel = (): void => void sleepers.delete(sleeper);
    const wake = (): void => {
      cancel();
      callback();
    };
    const sleeper: Sleeper = { dueMs: nowMs + milliseconds, wake };
    sleepers.add(sleeper);
    return cancel;
  };

  const advance = async (milliseconds: number): Promise<void> => {
    const untilMs = nowMs + milliseconds;
    for (;;) {
      await settle();
      const next = [...sleepers].toSorted((a, b) => a.dueMs - b.dueMs).at(0);
      if (next === undefined || next.dueMs > untilMs) break;
      nowMs = Math.max(nowMs, next.dueMs);
      next.wake();
    }
    nowMs = untilMs;
  };

  return { now: () => nowMs, sleep, after, sleeps, pending: () => sleepers.size, advance };
}
