import { TranscriptionError } from "@earshot/core";
import { describe, expect, it } from "vitest";
import { createAdmission } from "./admission.ts";
import type { Admission, Applicant, Place } from "./admission.ts";

const HOUR = 3600;

const admissionOf = ({
  concurrency = 1,
  maxQueue = 4,
  maxQueueSeconds = 8 * HOUR,
} = {}): Admission => createAdmission({ concurrency, maxQueue, maxQueueSeconds });

const anyone = (seconds?: number, caller = ""): Applicant => ({ caller, seconds });

const enterAll = (admission: Admission, count: number, applicant: Applicant): readonly Place[] =>
  Array.from({ length: count }, () => admission.enter(applicant));

const refusal = (admission: Admission, applicant = anyone()): TranscriptionError => {
  try {
    admission.enter(applicant);
  } catch (error) {
    if (TranscriptionError.is(error)) return error;
  }
  throw new Error("It was let in.");
};

describe("createAdmission", () => {
  it("refuses the request after the last place in the queue", () => {
    const admission = admissionOf({ concurrency: 2, maxQueue: 1 });
    enterAll(admission, 3, anyone());
    const error = refusal(admission);
    expect(error.code).toBe("queue_full");
    expect(error.retryAfterMs).toBeGreaterThanOrEqual(1000);
    expect(error.message).toContain("max_queue");
  });

  it("lets nobody wait without a queue, whoever it is", () => {
    const admission = admissionOf({ concurrency: 2, maxQueue: 0 });
    enterAll(admission, 2, anyone(5, "ann"));
    expect(refusal(admission, anyone(5, "ben")).code).toBe("queue_full");
    expect(refusal(admission, anyone(HOUR, "ann")).code).toBe("queue_full");
  });

  it("gives a place back once, however often it is left", () => {
    const admission = admissionOf({ maxQueue: 0 });
    const place = admission.enter(anyone());
    place.leave();
    place.leave();
    admission.enter(anyone());
    expect(refusal(admission).code).toBe("queue_full");
  });

  it("lets another caller in when one has filled its queue, and its dictations too", () => {
    const admission = admissionOf({ concurrency: 2, maxQueue: 32 });
    enterAll(admission, 34, anyone(600, "ann"));
    expect(refusal(admission, anyone(600, "ann")).message).toContain("max_queue");
    admission.enter(anyone(600, "ben"));
    admission.enter(anyone(5, "ann"));
    admission.enter(anyone(undefined, "eve"));
  });

  it("bounds all callers together, and leaves the last places to those who have none", () => {
    const admission = admissionOf({ maxQueue: 8 });
    let taken = 0;
    const takeAll = (caller: string): number => {
      const before = taken;
      try {
        for (;;) {
          admission.enter(anyone(5, caller));
          taken++;
        }
      } catch {
        return taken - before;
      }
    };
    const shares = Array.from({ length: 20 }, (_, index) => takeAll(`caller ${index}`));
    expect(shares[0]).toBe(9);
    expect(shares.slice(0, 4).every((share) => share > 0)).toBe(true);
    expect(taken).toBeLessThanOrEqual(1 + 3 * 8);
  });

  it("bounds the audio that waits, but for the only request of a caller", () => {
    const admission = admissionOf({ maxQueue: 100 });
    enterAll(admission, 2, anyone(4 * HOUR, "ann"));
    expect(refusal(admission, anyone(HOUR, "ann")).message).toContain("max_queue_seconds");
    admission.enter(anyone(4 * HOUR, "ben"));
    admission.enter(anyone(30, "ann"));
  });

  it("counts audio no more that was worked on or has left, and that which turned out longer", () => {
    const admission = admissionOf({ maxQueue: 100 });
    const [first, second] = enterAll(admission, 2, anyone(4 * HOUR));
    first?.worked({ seconds: HOUR, ms: 1000, decoders: 1 });
    const third = admission.enter(anyone(HOUR));
    third.expect(4 * HOUR);
    expect(refusal(admission, anyone(2 * HOUR)).message).toContain("max_queue_seconds");
    second?.leave();
    expect(refusal(admission, anyone(2 * HOUR)).message).toContain("max_queue_seconds");
    first?.leave();
    admission.enter(anyone(2 * HOUR));
  });

  it("asks to wait as long as the audio ahead will take, by the pace of late", () => {
    const admission = admissionOf({ maxQueue: 1 });
    const [place] = enterAll(admission, 2, anyone(HOUR));
    for (let chunk = 0; chunk < 50; chunk++) place?.worked({ seconds: 20, ms: 4000, decoders: 2 });
    // 1000 of 7200 s are done, at 200 ms a second of audio by each of two decoders.
    const { retryAfterMs = 0, message } = refusal(admission, anyone(HOUR));
    expect(retryAfterMs / 1000).toBeCloseTo(620, 0);
    expect(message).toContain("620 seconds");
  });

  it("is not confused by work without length or time", () => {
    const admission = admissionOf({ maxQueue: 0 });
    const place = admission.enter(anyone(10));
    place.worked({ seconds: 0, ms: 0, decoders: 1 });
    place.worked({ seconds: 10, ms: 0, decoders: 1 });
    expect(refusal(admission).retryAfterMs).toBe(1000);
  });
});
