import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { dateOf, systemClock } from "./clock.ts";

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe("a clock without a date", () => {
  test("shows its own time as one, as clocks do that nobody can set", () => {
    const { sleep, after } = systemClock;
    expect(dateOf({ now: () => 5, sleep, after })).toBe(5);
  });
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

  test.each([86_400_000, -86_400_000])(
    "goes on as before when the wall clock is set by %s ms, which only the date shows",
    async (jumpMs) => {
      const startMs = systemClock.now();
      const startDate = dateOf(systemClock);
      const sleeping = systemClock.sleep(1000);
      await vi.advanceTimersByTimeAsync(400);
      vi.setSystemTime(Date.now() + jumpMs);
      expect(systemClock.now() - startMs).toBe(400);
      await vi.advanceTimersByTimeAsync(600);
      await sleeping;
      expect(systemClock.now() - startMs).toBe(1000);
      expect(dateOf(systemClock) - startDate).toBe(jumpMs + 1000);
    },
  );

  test("shows nearly the date as long as nobody sets the wall clock", () => {
    vi.useRealTimers();
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(60_000);
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
