import { TranscriptionError } from "@earshot/core";
import type { Clock } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { pollUntil } from "./poll-until.ts";

/** A clock that jumps, and remembers what it was asked for. */
const createJumpingClock = (onSleep?: () => void): Clock & { readonly sleeps: number[] } => {
  const sleeps: number[] = [];
  return {
    sleeps,
    now: () => 0,
    after: () => () => {},
    sleep: async (milliseconds, signal) => {
      sleeps.push(milliseconds);
      onSleep?.();
      if (signal?.aborted === true) throw new TranscriptionError("aborted", "Cancelled.");
    },
  };
};

const countdown = (from: number): (() => Promise<string | undefined>) => {
  let left = from;
  return async () => (left-- > 0 ? undefined : "ready");
};

describe("pollUntil", () => {
  test("asks at once, then in growing intervals up to the largest", async () => {
    const clock = createJumpingClock();
    const { signal } = new AbortController();
    const options = { intervalMs: 100, maximumIntervalMs: 300 };
    const result = await pollUntil({ context: { clock, signal }, poll: countdown(5), ...options });
    expect(result).toBe("ready");
    expect(clock.sleeps).toEqual([100, 150, 225, 300, 300]);
  });

  test("does not wait for what is ready", async () => {
    const clock = createJumpingClock();
    const { signal } = new AbortController();
    await pollUntil({ context: { clock, signal }, poll: countdown(0), intervalMs: 100 });
    expect(clock.sleeps).toEqual([]);
  });

  test("an endless job ends when the signal fires, with what the signal means", async () => {
    const cancelled = new AbortController();
    const expired = new AbortController();
    const run = (controller: AbortController, reason?: unknown): Promise<string> => {
      let pauses = 0;
      const clock = createJumpingClock(() => {
        pauses += 1;
        if (pauses === 3) controller.abort(reason);
      });
      const context = { clock, signal: controller.signal };
      return pollUntil({ context, poll: countdown(Number.POSITIVE_INFINITY), intervalMs: 1 });
    };
    await expect(run(cancelled)).rejects.toMatchObject({ code: "aborted" });
    const deadline = new DOMException("late", "TimeoutError");
    await expect(run(expired, deadline)).rejects.toMatchObject({ code: "timeout" });
  });

  test("does not ask when the signal has fired before", async () => {
    let asked = false;
    const poll = async (): Promise<string> => {
      asked = true;
      return "x";
    };
    const context = { clock: createJumpingClock(), signal: AbortSignal.abort() };
    await expect(pollUntil({ context, poll, intervalMs: 1 })).rejects.toMatchObject({
      code: "aborted",
    });
    expect(asked).toBe(false);
  });

  test("a failing poll ends it", async () => {
    const context = { clock: createJumpingClock(), signal: new AbortController().signal };
    const poll = (): Promise<never> =>
      Promise.reject(new TranscriptionError("audio_unreadable", "The job failed."));
    await expect(pollUntil({ context, poll, intervalMs: 1 })).rejects.toMatchObject({
      code: "audio_unreadable",
    });
  });
});
