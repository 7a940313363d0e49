import { describe, expect, it } from "vitest";
import { createPacer, measureWithin, mostSteps } from "./pacer.ts";

const SIZE_BYTES = 1600;

describe("createPacer", () => {
  it("gives up after a step for every 16 bytes and a million more", () => {
    const pacer = createPacer(SIZE_BYTES);
    pacer.step(mostSteps(SIZE_BYTES));
    expect(pacer.isSpent).toBe(false);
    expect(() => pacer.step()).toThrow("countless empty pieces");
    expect(pacer.isSpent).toBe(true);
  });

  it("is due after some thousand steps however quick they were, and then anew", async () => {
    const pacer = createPacer(SIZE_BYTES);
    pacer.step(10_000);
    expect(pacer.isDue()).toBe(true);
    await pacer.giveWay();
    expect(pacer).toMatchObject({ turns: 1, steps: 10_000 });
  });

  it("lets what waits for the event loop run", async () => {
    let hasRun = false;
    setImmediate(() => {
      hasRun = true;
    });
    await createPacer(SIZE_BYTES).giveWay();
    expect(hasRun).toBe(true);
  });

  it("ends the work when the signal has fired", async () => {
    const pacer = createPacer(SIZE_BYTES, AbortSignal.abort());
    await expect(pacer.giveWay()).rejects.toMatchObject({ code: "aborted" });
  });
});

describe("measureWithin", () => {
  it("knows nothing of what was given up, and passes every other failure on", async () => {
    const pacer = createPacer(SIZE_BYTES);
    const damage = new RangeError("damaged");
    await expect(measureWithin(pacer, () => Promise.reject(damage))).rejects.toBe(damage);
    const measured = measureWithin(pacer, async () => pacer.giveUp("It goes round in circles."));
    expect(await measured).toBeUndefined();
  });
});
