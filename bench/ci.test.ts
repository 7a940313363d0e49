import { describe, expect, it } from "vitest";
import { farOff } from "./ci.ts";
import { rowOf } from "./report/results.fixture.ts";

const SMALL = "64 KiB × 16, model first";

describe("farOff", () => {
  it("lets pass what misses its target by less than three times", () => {
    expect(farOff([rowOf(SMALL, "Earshot", [2.4]), rowOf(SMALL, "pipe", [0.5])])).toEqual([]);
  });

  it("names what is further off, by how much and how to look closer", () => {
    const [problem, ...others] = farOff([
      rowOf(SMALL, "Earshot", [2.5]),
      rowOf(SMALL, "pipe", [9]),
    ]);
    expect(problem).toContain("takes 5.00 × the CPU time of the pipe; 1.6 × is the target");
    expect(problem).toContain(`--only "${SMALL}" --cpu-prof`);
    expect(others).toEqual([]);
  });

  it("names what failed", () => {
    const failed = { ...rowOf(SMALL, "Earshot", []), cpuRatio: undefined, failure: "answered 500" };
    expect(farOff([failed])).toEqual([`${SMALL} failed: answered 500`]);
  });
});
