import type { Clock } from "@earshot/core";
import type { RouterState } from "./router-state.ts";

interface Entry {
  readonly value: number;
  readonly expiresAtMs: number;
}

/** What the state holds under one key, and for how much longer. */
export interface StateEntry {
  readonly key: string;
  readonly value: number;
  readonly expiresInMs: number;
}

/** A state in memory; every call is done when it returns, before its promise resolves. */
export interface MemoryState extends RouterState {
  /** All that has not vanished: raised in an empty state, it makes the same state again. */
  snapshot(): readonly StateEntry[];
}

const SWEEP_EVERY_MS = 60_000;

/** State of one process: lost when it ends, and seen by nobody else. */
export function createMemoryState(clock: Clock): MemoryState {
  const entries = new Map<string, Entry>();
  let sweepAtMs = clock.now() + SWEEP_EVERY_MS;

  const live = (key: string, now: number): Entry | undefined => {
    const entry = entries.get(key);
    return entry !== undefined && entry.expiresAtMs > now ? entry : undefined;
  };
  const store = (key: string, entry: Entry): void => {
    entries.set(key, entry);
    const now = clock.now();
    if (now < sweepAtMs) return;
    sweepAtMs = now + SWEEP_EVERY_MS;
    for (const [old, { expiresAtMs }] of entries) if (expiresAtMs <= now) entries.delete(old);
  };

  return {
    async add(key, amount, expiresInMs) {
      const now = clock.now();
      const before = live(key, now);
      const value = (before?.value ?? 0) + amount;
      store(key, { value, expiresAtMs: before?.expiresAtMs ?? now + expiresInMs });
      return value;
    },
    async raise(key, value, expiresInMs) {
      const now = clock.now();
      const before = live(key, now);
      if (before === undefined || before.value <= value)
        store(key, { value, expiresAtMs: now + expiresInMs });
    },
    async read(keys) {
      const now = clock.now();
      return keys.map((key) => live(key, now)?.value);
    },
    async remove(keys) {
      for (const key of keys) entries.delete(key);
    },
    snapshot() {
      const now = clock.now();
      return [...entries]
        .filter(([, { expiresAtMs }]) => expiresAtMs > now)
        .map(([key, { value, expiresAtMs }]) => ({ key, value, expiresInMs: expiresAtMs - now }));
    },
  };
}
