import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { systemClock } from "./clock.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("systemClock", () => {
  test("sleeps as long as it is told, and leaves nothing behind", async () => {
    const { signal } = new AbortController();
    const remove = vi.spyOn(signal, "removeEventListener");
    const startMs = systemClock.now();
    const sleeping = systemClock.sleep(1500, signal);
    await vi.advanceTimersByTimeAsync(1500);
    await sleeping;
    expect(systemClock.now() - startMs).toBe(1500);
    expect(remove).toHaveBeenCalledOnce();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("wakes with `aborted` as soon as the signal fires", async () => {
    const controller = new AbortController();
    const sleeping = systemClock.sleep(60_000, controller.signal);
    controller.abort("the client is gone");
    await expect(sleeping).rejects.toMatchObject({ code: "aborted", cause: "the client is gone" });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("does not sleep at all when the signal has fired before", async () => {
    await expect(systemClock.sleep(60_000, AbortSignal.abort())).rejects.toMatchObject({
      code: "aborted",
    });
    expect(vi.getTimerCount()).toBe(0);
  });
});
