/** One subtitle: lines of text, shown from one moment to another; no two overlap. */
export interface Cue {
  /** Whole milliseconds, in seconds. */
  readonly startSeconds: number;
  readonly endSeconds: number;
  /** At least one; none is empty. */
  readonly lines: readonly string[];
  /** Who speaks; only where the transcript names at least two speakers. */
  readonly speaker?: string | undefined;
}

/** How subtitles are laid out; every field has a default. */
export interface CueOptions {
  /** Width of a line, East Asian characters count as 2. Default 42. */
  readonly maxColumns?: number;
  /** Default 2. */
  readonly maxLines?: number;
  /** Default 7. */
  readonly maxSeconds?: number;
  /** Shorter ones stay on the screen into the silence that follows. Default 0.8. */
  readonly minSeconds?: number;
  /** Reading speed, kept where the silence that follows allows it. Default 20. */
  readonly maxColumnsPerSecond?: number;
  /** A longer silence ends a cue. Default 0.7. */
  readonly maxPauseSeconds?: number;
}

/** The options with their defaults, times in milliseconds. */
export interface CueLayout {
  readonly maxColumns: number;
  readonly maxLines: number;
  readonly maxMs: number;
  readonly minMs: number;
  readonly maxColumnsPerSecond: number;
  readonly maxPauseSeconds: number;
}

/** Fills in the defaults. */
export const layoutOf = (options: CueOptions): CueLayout => ({
  maxColumns: Math.max(2, options.maxColumns ?? 42),
  maxLines: Math.max(1, options.maxLines ?? 2),
  maxMs: (options.maxSeconds ?? 7) * 1000,
  minMs: (options.minSeconds ?? 0.8) * 1000,
  maxColumnsPerSecond: options.maxColumnsPerSecond ?? 20,
  maxPauseSeconds: options.maxPauseSeconds ?? 0.7,
});
