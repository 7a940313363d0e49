import type { Clock } from "@earshot/core";

/** A clock whose pauses take no time; it tells how long each would have been. */
export function createInstantClock(startMs = 0): Clock & { readonly pauses: readonly number[] } {
  const pauses: number[] = [];
  let nowMs = startMs;
  return {
    pauses,
    now: () => nowMs,
    after: () => () => {},
    sleep: async (milliseconds, signal) => {
      signal?.throwIfAborted();
      pauses.push(milliseconds);
      nowMs += milliseconds;
      // Lets real input and output go on between two looks at a lock.
      await new Promise((resolve) => setImmediate(resolve));
    },
  };
}
