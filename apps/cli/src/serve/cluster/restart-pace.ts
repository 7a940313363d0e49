const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;
/** A process that lived this long had no trouble to start. */
const STEADY_MS = 10_000;

/**
 * How long to wait before a process is replaced: not at all after its first crash, then longer each
 * time that the next one did not live for long either.
 */
function restartDelayMs(crashesInARow: number): number {
  if (crashesInARow <= 1) return 0;
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (crashesInARow - 2));
}

/** Says when a process that crashed may be replaced. */
export interface RestartPace {
  /** Notes a crash of a process that lived that long. */
  readonly crashed: (livedMs: number) => void;
  readonly pauseMs: () => number;
  /** Resolves after the pause, which does not keep the process alive. */
  readonly pause: () => Promise<void>;
}

/** Creates the pace of one seat, where nothing has crashed yet. */
export function createRestartPace(): RestartPace {
  let crashes = 0;
  const pauseMs = (): number => restartDelayMs(crashes);
  return {
    crashed: (livedMs) => {
      crashes = livedMs < STEADY_MS ? crashes + 1 : 1;
    },
    pauseMs,
    pause: () =>
      new Promise((resolve) => {
        setTimeout(resolve, pauseMs()).unref();
      }),
  };
}
