/**
 * What routers share: counters and marks that vanish by themselves. Small enough for a Redis to do
 * each call atomically. Keys are short and free of secrets.
 */
export interface RouterState {
  /**
   * Adds to a counter that starts at 0 and vanishes `expiresInMs` after its first addition; later
   * additions do not prolong it. Resolves to the new value.
   */
  add(key: string, amount: number, expiresInMs: number): Promise<number>;
  /** Stores the value unless a greater one is there; either way it vanishes `expiresInMs` from now. */
  raise(key: string, value: number, expiresInMs: number): Promise<void>;
  /** The values in the order of the keys; undefined for what is not there. */
  read(keys: readonly string[]): Promise<readonly (number | undefined)[]>;
  remove(keys: readonly string[]): Promise<void>;
}
