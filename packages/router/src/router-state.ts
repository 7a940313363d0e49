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
