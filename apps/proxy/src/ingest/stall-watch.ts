import { TranscriptionError } from "@earshot/core";

/** How slow a client may be with its upload. */
export interface StallLimits {
  /** How long the client may send nothing, in milliseconds. */
  readonly idleTimeoutMs: number;
  /** The least pace of a client that does send; 0 for none. */
  readonly minBytesPerSecond: number;
}

/**
 * The pace of one upload. It keeps an account of bytes: time takes them off at the least pace, what
 * arrives adds to them, and no more than the grace can be saved up. So any burst pays for one grace of
 * silence, and a trickle is found out one grace later, however evenly it comes. Time in which the
 * server itself does not read is the server's: it must be told of with `pause` and `resume`.
 */
export class UploadPace {
  readonly #minBytesPerSecond: number;
  readonly #now: () => number;
  readonly #fullBytes: number;
  #balance: number;
  #countedUntilMs: number;
  #pausedAtMs: number | undefined;

  /** The grace is as long as a client may send nothing; `now` is a clock that never goes back. */
  constructor({ idleTimeoutMs, minBytesPerSecond }: StallLimits, now: () => number) {
    this.#minBytesPerSecond = minBytesPerSecond;
    this.#now = now;
    this.#fullBytes = (minBytesPerSecond * idleTimeoutMs) / 1000;
    this.#balance = this.#fullBytes;
    this.#countedUntilMs = now();
  }

  /** Counts bytes that have just come; true when the client is too far behind. */
  isTooSlow(bytes: number): boolean {
    const nowMs = this.#pausedAtMs ?? this.#now();
    const dueBytes = (this.#minBytesPerSecond * (nowMs - this.#countedUntilMs)) / 1000;
    this.#balance = Math.min(this.#fullBytes, this.#balance + bytes - dueBytes);
    this.#countedUntilMs = nowMs;
    return this.#balance < 0;
  }

  /** The server stops reading; a second call in a row does nothing. */
  pause(): void {
    this.#pausedAtMs ??= this.#now();
  }

  /** The server reads again; a call without a `pause` before it does nothing. */
  resume(): void {
    if (this.#pausedAtMs === undefined) return;
    this.#countedUntilMs += this.#now() - this.#pausedAtMs;
    this.#pausedAtMs = undefined;
  }
}

const stalled = (message: string): TranscriptionError =>
  new TranscriptionError("upload_stalled", message, { param: "file" });

/** Finds out uploads that stand still or crawl; time in which the server does not read is not counted. */
export interface StallWatch {
  /** Bytes have come. */
  readonly arrived: (bytes: number) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => void;
}

/** Begins to watch an upload; calls once when it has stalled. */
export function createStallWatch(
  limits: StallLimits,
  onStalled: (error: TranscriptionError) => void,
): StallWatch {
  const { idleTimeoutMs, minBytesPerSecond } = limits;
  const pace = new UploadPace(limits, () => performance.now());
  let paused = false;
  const idle = setTimeout(() => {
    const silence = `No byte of the upload came for ${idleTimeoutMs / 1000} seconds. Raise earshot_settings.upload_idle_timeout to allow more.`;
    if (paused) idle.refresh();
    else onStalled(stalled(silence));
  }, idleTimeoutMs);
  return {
    arrived: (bytes) => {
      idle.refresh();
      if (!pace.isTooSlow(bytes)) return;
      const crawl = `The upload comes at less than ${minBytesPerSecond} bytes a second. Lower earshot_settings.upload_min_bytes_per_second to allow it.`;
      onStalled(stalled(crawl));
    },
    pause: () => {
      paused = true;
      pace.pause();
    },
    resume: () => {
      paused = false;
      pace.resume();
      idle.refresh();
    },
    stop: () => clearTimeout(idle),
  };
}
