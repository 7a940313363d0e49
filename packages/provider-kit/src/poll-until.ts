import type { ProviderContext } from "@earshot/core";
import { throwIfAborted } from "./call-error.ts";

const GROWTH = 1.5;

/** How to ask again and again for something that is not ready yet. */
export interface PollOptions<T> {
  readonly context: Pick<ProviderContext, "clock" | "signal">;
  /** Resolves with undefined while there is nothing yet; what it throws ends the polling. */
  readonly poll: () => Promise<T | undefined>;
  /** The pause after the first attempt, in milliseconds. */
  readonly intervalMs: number;
  /** The pause never grows beyond this, in milliseconds; by default ten times the first one. */
  readonly maximumIntervalMs?: number;
}

const pause = async (context: PollOptions<unknown>["context"], pauseMs: number): Promise<void> => {
  throwIfAborted(context.signal);
  try {
    await context.clock.sleep(pauseMs, context.signal);
  } catch (error) {
    // The clock only knows that it was woken, the signal knows whether by a deadline.
    throwIfAborted(context.signal);
    throw error;
  }
};

/**
 * Polls at once and then in growing intervals (1.5 times the last) until there is a result. Rejects
 * with `aborted` or `timeout` as soon as the signal fires; nothing else ends an endless job.
 */
export async function pollUntil<T>(options: PollOptions<T>): Promise<T> {
  const { context, poll, intervalMs, maximumIntervalMs = intervalMs * 10 } = options;
  let pauseMs = intervalMs;
  for (;;) {
    throwIfAborted(context.signal);
    const result = await poll();
    if (result !== undefined) return result;
    await pause(context, pauseMs);
    pauseMs = Math.min(pauseMs * GROWTH, maximumIntervalMs);
  }
}
