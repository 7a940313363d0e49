import type { Clock } from "@earshot/core";

/**
 * What routers share: counters and marks that vanish by themselves. Small enough for a Redis to do
 * each call atomically; a call that rejects is taken as "nothing known" and never fails a request.
 */
export interface RouterState {
  /**
   * Adds to a counter that starts at 0 and vanishes `expiresInMs` after its first addition; later
   * additions do not prolong it. Resolves to the new value.
   */
  add(key: string, amount: number, expiresInMs: number): Promise<number>;
  /** Stores a mark that vanishes after `expiresInMs`, unless a greater one is there, which stays as it is. */
  raise(key: string, value: number, expiresInMs: number): Promise<void>;
  /** The values in the order of the keys; undefined for what is not there. */
  read(keys: readonly string[]): Promise<readonly (number | undefined)[]>;
  remove(keys: readonly string[]): Promise<void>;
}

/** A request that waits for a slot of a deployment. */
export interface SlotWish {
  readonly deploymentId: string;
  /** What the config grants to all processes together. */
  readonly limit: number;
  /** How many requests of this process wait for the deployment, this one included. */
  readonly waiting: number;
}

/** How several processes that serve together share each deployment's `maxParallelRequests`. */
export interface SlotShares {
  /** How many of the limit's slots this process may hold at this moment. */
  of(deploymentId: string, limit: number): number;
  /** Tells how many this process holds after each change; what it does not use may go to another. */
  holding(deploymentId: string, inFlight: number): void;
  /** Asks the other processes for a slot. */
  want(wish: SlotWish): void;
  /** The listener hears of each share that has grown. */
  onGrowth(listener: (deploymentId: string) => void): void;
}

/** The same state, except that its failures look like an empty state: they must not fail requests. */
export function failOpenState(state: RouterState): RouterState {
  return {
    add: (key, amount, expiresInMs) => state.add(key, amount, expiresInMs).catch(() => 0),
    raise: (key, value, expiresInMs) => state.raise(key, value, expiresInMs).catch(() => {}),
    read: (keys) => state.read(keys).catch(() => []),
    remove: (keys) => state.remove(keys).catch(() => {}),
  };
}

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
