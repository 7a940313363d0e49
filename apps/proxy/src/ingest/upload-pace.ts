/** How slow a client may be with its upload. */
export interface UploadPaceSettings {
  /** 0 lets clients be as slow as they like. */
  readonly minBytesPerSecond: number;
  /** How far an upload may fall behind that pace; it begins with all of this time. */
  readonly graceMs: number;
  /** A clock in milliseconds that never goes back. */
  readonly now: () => number;
}

/**
 * Watches one upload. Time in which the server itself does not read is the server's: it must be
 * told of with `pause` and `resume`.
 */
export interface UploadPace {
  /** Counts bytes that have just come; true when the client is too far behind. */
  readonly isTooSlow: (bytes: number) => boolean;
  /** The server stops reading; a second call in a row does nothing. */
  readonly pause: () => void;
  /** The server reads again; a call without a `pause` before it does nothing. */
  readonly resume: () => void;
}

const UNWATCHED: UploadPace = { isTooSlow: () => false, pause: () => {}, resume: () => {} };

/**
 * Begins to watch an upload. It keeps an account of bytes: time takes them off at the least pace,
 * what arrives adds to them, and no more than the grace can be saved up. So any burst pays for one
 * grace of silence, and a trickle is found out one grace later, however evenly it comes.
 */
export function createUploadPace(settings: UploadPaceSettings): UploadPace {
  const { minBytesPerSecond, graceMs, now } = settings;
  if (minBytesPerSecond === 0) return UNWATCHED;
  const fullBytes = (minBytesPerSecond * graceMs) / 1000;
  let balance = fullBytes;
  let countedUntilMs = now();
  let pausedAtMs: number | undefined;
  return {
    isTooSlow: (bytes) => {
      const nowMs = pausedAtMs ?? now();
      balance += bytes - (minBytesPerSecond * (nowMs - countedUntilMs)) / 1000;
      if (balance > fullBytes) balance = fullBytes;
      countedUntilMs = nowMs;
      return balance < 0;
    },
    pause: () => {
      pausedAtMs ??= now();
    },
    resume: () => {
      if (pausedAtMs === undefined) return;
      countedUntilMs += now() - pausedAtMs;
      pausedAtMs = undefined;
    },
  };
}
