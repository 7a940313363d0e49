import { describe, expect, test } from "vitest";
import { UploadPace } from "./stall-watch.ts";
import type { StallLimits } from "./stall-watch.ts";

const SECOND = 1000;

const watch = (limits: Partial<StallLimits> = {}) => {
  let nowMs = 5_000_000;
  const pace = new UploadPace(
    { minBytesPerSecond: 100, idleTimeoutMs: 60 * SECOND, ...limits },
    () => nowMs,
  );
  const after = (ms: number, bytes: number): boolean => {
    nowMs += ms;
    return pace.isTooSlow(bytes);
  };
  /** How many seconds an upload lasts that brings so many bytes every second. */
  const secondsAt = (bytes: number): number => {
    for (let seconds = 1; seconds <= 10_000; seconds++) if (after(SECOND, bytes)) return seconds;
    return Number.POSITIVE_INFINITY;
  };
  const pass = (ms: number): void => {
    nowMs += ms;
  };
  return { pace, after, secondsAt, pass };
};

describe("an upload is too slow", () => {
  test.each([
    [1, 61],
    [50, 121],
    [90, 601],
    [99, 6001],
    [100, Number.POSITIVE_INFINITY],
    [5000, Number.POSITIVE_INFINITY],
  ])("at %i bytes a second, of which 100 are asked for, after %d seconds", (bytes, seconds) => {
    expect(watch().secondsAt(bytes)).toBe(seconds);
  });

  test("also when its few bytes come seldom", () => {
    const { after } = watch();
    expect(after(59 * SECOND, 1)).toBe(false);
    expect(after(59 * SECOND, 1)).toBe(true);
  });

  test("when it trickles after it was fast: what it was ahead does not count", () => {
    const { after, secondsAt } = watch();
    expect(after(SECOND, 50_000_000)).toBe(false);
    expect(secondsAt(1)).toBe(61);
  });
});

test("silence up to the grace is no reason, whatever comes first after it", () => {
  const { after } = watch();
  for (let round = 0; round < 100; round++) {
    expect(after(59 * SECOND, 1)).toBe(false);
    expect(after(0, 64 * 1024)).toBe(false);
  }
});

test("time in which the server does not read is not the client's", () => {
  const { pace, after, pass } = watch();
  for (let round = 0; round < 100; round++) {
    expect(after(10 * SECOND, 1000)).toBe(false);
    pace.pause();
    pass(300 * SECOND);
    pace.resume();
  }
  pass(59 * SECOND);
  pace.pause();
  pass(100 * SECOND);
  // What was on its way when the server stopped reading.
  expect(after(100 * SECOND, 0)).toBe(false);
  pace.resume();
  expect(after(2 * SECOND, 0)).toBe(true);
});

test("a second pause or resume in a row changes nothing", () => {
  const { pace, after, pass } = watch();
  pace.resume();
  pass(30 * SECOND);
  pace.pause();
  pass(30 * SECOND);
  pace.pause();
  pass(30 * SECOND);
  pace.resume();
  pace.resume();
  expect(after(30 * SECOND, 0)).toBe(false);
  expect(after(SECOND, 0)).toBe(true);
});

test("without a least pace nothing is too slow", () => {
  expect(watch({ minBytesPerSecond: 0 }).secondsAt(0)).toBe(Number.POSITIVE_INFINITY);
});

test("the grace decides how soon it is found out", () => {
  expect(watch({ idleTimeoutMs: 5 * SECOND }).secondsAt(1)).toBe(6);
});
