import { TranscriptionError } from "@earshot/core";
import type { FormLimits } from "./read-form.ts";
import { createUploadPace } from "./upload-pace.ts";

/** Finds out uploads that stand still or crawl; time in which the server does not read is not counted. */
export interface StallWatch {
  /** Bytes have come. */
  readonly arrived: (bytes: number) => void;
  readonly pause: () => void;
  readonly resume: () => void;
  readonly stop: () => void;
}

const stalled = (message: string): TranscriptionError =>
  new TranscriptionError("upload_stalled", message, { param: "file" });

const silent = (idleTimeoutMs: number): TranscriptionError =>
  stalled(
    `No byte of the upload came for ${idleTimeoutMs / 1000} seconds. Raise earshot_settings.upload_idle_timeout to allow more.`,
  );

const crawling = (minBytesPerSecond: number): TranscriptionError =>
  stalled(
    `The upload comes at less than ${minBytesPerSecond} bytes a second. Lower earshot_settings.upload_min_bytes_per_second to allow it.`,
  );

const now = (): number => performance.now();

/** Begins to watch an upload; calls once when it has stalled. */
export function createStallWatch(
  { idleTimeoutMs, minBytesPerSecond }: FormLimits,
  onStalled: (error: TranscriptionError) => void,
): StallWatch {
  const pace = createUploadPace({ minBytesPerSecond, graceMs: idleTimeoutMs, now });
  let paused = false;
  const idle = setTimeout(() => {
    if (paused) idle.refresh();
    else onStalled(silent(idleTimeoutMs));
  }, idleTimeoutMs);
  return {
    arrived: (bytes) => {
      idle.refresh();
      if (pace.isTooSlow(bytes)) onStalled(crawling(minBytesPerSecond));
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
