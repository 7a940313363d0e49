import { describe, expect, test } from "vitest";
import { createVirtualClock, settle } from "./virtual-clock.ts";

describe("createVirtualClock", () => {
  test("wakes sleepers in the order of their time, and only when it is due", async () => {
    const clock = createVirtualClock({ startMs: 1000 });
    const woken: string[] = [];
    const nap = async (name: string, milliseconds: number): Promise<void> => {
      await clock.sleep(milliseconds);
      woken.push(`${name} at ${clock.now()}`);
    };
    const naps = [nap("late", 300), nap("early", 100), nap("never", 301)];
    await clock.advance(99);
    expect(woken).toEqual([]);
    await clock.advance(201);
    expect(woken).toEqual(["early at 1100", "late at 1300"]);
    expect(clock.pending()).toBe(1);
    expect(clock.sleeps).toEqual([300, 100, 301]);
    await clock.advance(1);
    await Promise.all(naps);
    expect(clock.now()).toBe(1301);
  });

  test("wakes those who fall asleep while it advances", async () => {
    const clock = createVirtualClock({ startMs: 0 });
    let rounds = 0;
    const loop = async (): Promise<void> => {
      for (; rounds < 3; rounds += 1) await clock.sleep(10);
    };
    const running = loop();
    await clock.advance(30);
    await running;
    expect(rounds).toBe(3);
  });

  test("with autoAdvance, pauses take no time but time passes", async () => {
    const clock = createVirtualClock({ startMs: 0, autoAdvance: true });
    await clock.sleep(5000);
    await Promise.all([clock.sleep(100), clock.sleep(200)]);
    expect(clock.now()).toBe(5200);
  });

  test.each([true, false])(
    "cancelling wakes with `aborted` (autoAdvance %s)",
    async (autoAdvance) => {
      const clock = createVirtualClock({ autoAdvance });
      const controller = new AbortController();
      const before = clock.sleep(10, AbortSignal.abort());
      await expect(before).rejects.toMatchObject({ code: "aborted" });
      const during = clock.sleep(10, controller.signal);
      controller.abort();
      await expect(during).rejects.toMatchObject({ code: "aborted" });
      expect(clock.pending()).toBe(0);
    },
  );

  test("runs until a promise has settled, however long that takes, or says that nothing can", async () => {
    const clock = createVirtualClock({ startMs: 0 });
    const slow = async (): Promise<string> => {
      await clock.sleep(3_600_000);
      await new Promise<void>((resolve) => clock.after(1000, resolve));
      return `done at ${clock.now()}`;
    };
    expect(await clock.run(slow())).toBe("done at 3601000");
    await expect(clock.run(Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    await expect(clock.run(new Promise(() => {}))).rejects.toThrow("Nothing is left");
  });

  test("does not call who was cancelled", async () => {
    const clock = createVirtualClock();
    const called: string[] = [];
    const cancel = clock.after(10, () => called.push("cancelled"));
    clock.after(20, () => called.push("left"));
    expect(clock.pending()).toBe(2);
    cancel();
    await clock.advance(20);
    expect(called).toEqual(["left"]);
  });

  test("settle lets promises run, not time", async () => {
    const clock = createVirtualClock();
    let woken = false;
    const sleeping = clock.sleep(1).then(() => {
      woken = true;
    });
    await settle(5);
    expect(woken).toBe(false);
    await clock.advance(1);
    await sleeping;
  });
});
