const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/** A process that lived this long had no trouble to start. */
export const STEADY_MS = 10_000;

/**
 * How long to wait before a process is replaced: not at all after its first crash, then longer each
 * time that the next one did not live for long either.
 */
export function restartDelayMs(crashesInARow: number): number {
  if (crashesInARow <= 1) return 0;
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (crashesInARow - 2));
}
