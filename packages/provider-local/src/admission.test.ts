import { TranscriptionError } from "@earshot/core";
import { describe, expect, it } from "vitest";
import { createInstantClock } from "../test/instant-clock.ts";
import { createAdmission } from "./admission.ts";
import type { Admission } from "./admission.ts";

const refusal = (admission: Admission, clock = createInstantClock()): TranscriptionError => {
  try {
    admission.enter(clock);
  } catch (error) {
    if (TranscriptionError.is(error)) return error;
  }
  throw new Error("It was let in.");
};

describe("createAdmission", () => {
  it("refuses the request after the last place in the queue", () => {
    const admission = createAdmission({ concurrency: 2, maxQueue: 1 });
    const clock = createInstantClock();
    for (let request = 0; request < 3; request++) admission.enter(clock);
    const error = refusal(admission);
    expect(error.code).toBe("overloaded");
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(1000);
    expect(error.message).toContain("max_queue");
  });

  it("gives a place back once, however often it is left", () => {
    const admission = createAdmission({ concurrency: 1, maxQueue: 0 });
    const clock = createInstantClock();
    const leave = admission.enter(clock);
    leave();
    leave();
    admission.enter(clock);
    expect(refusal(admission).code).toBe("overloaded");
  });

  it("asks to wait longer when requests take long, up to a minute", async () => {
    const admission = createAdmission({ concurrency: 1, maxQueue: 0 });
    const clock = createInstantClock();
    const quick = admission.enter(clock);
    const before = refusal(admission, clock).retryAfterMs ?? 0;
    await clock.sleep(20_000);
    quick();
    const slow = admission.enter(clock);
    expect(refusal(admission, clock).retryAfterMs).toBeGreaterThan(before);
    await clock.sleep(3_600_000);
    slow();
    admission.enter(clock);
    expect(refusal(admission, clock).retryAfterMs).toBe(60_000);
  });
});
