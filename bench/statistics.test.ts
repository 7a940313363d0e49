import { describe, expect, it } from "vitest";
import { median, medianRatio, quantile, spread } from "./statistics.ts";

describe("median", () => {
  it("is the middle one of an odd number", () => {
    expect(median([9, 1, 5])).toBe(5);
  });

  it("is the mean of the middle two of an even number", () => {
    expect(median([4, 1, 10, 2])).toBe(3);
  });

  it("is not a number for nothing", () => {
    expect(median([])).toBeNaN();
  });
});

describe("quantile", () => {
  it("finds the value that a share of the others stays below", () => {
    const values = Array.from({ length: 100 }, (_, index) => 99 - index);
    expect(quantile(values, 0.5)).toBe(50);
    expect(quantile(values, 0.99)).toBe(99);
    expect(quantile(values, 1)).toBe(99);
  });
});

describe("medianRatio", () => {
  it("compares round by round, so that a slow round of both changes nothing", () => {
    expect(medianRatio([2, 20, 2], [1, 10, 1])).toBe(2);
  });

  it("differs from the ratio of the medians when single rounds stand out", () => {
    expect(medianRatio([2, 6, 9], [1, 2, 9])).toBe(2);
  });

  it("leaves out rounds that the other did not run", () => {
    expect(medianRatio([3, 8], [1])).toBe(3);
    expect(medianRatio([3], [])).toBeUndefined();
  });
});

describe("spread", () => {
  it("gives both ends", () => {
    expect(spread([3, 1, 2])).toEqual([1, 3]);
  });
});
