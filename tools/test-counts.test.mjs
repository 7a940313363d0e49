import { describe, expect, it } from "vitest";
import { countTests } from "./test-counts.mjs";

const reportOf = (/** @type {object} */ changes = {}) =>
  JSON.stringify({
    numPassedTests: 5,
    numFailedTests: 0,
    numPendingTests: 0,
    numTodoTests: 0,
    success: true,
    testResults: [],
    ...changes,
  });

describe("countTests", () => {
  it("leaves skipped tests out when there are none", () => {
    expect(countTests(reportOf())).toEqual({ line: "5 passed, 0 failed", failed: 0 });
  });

  it("counts skipped and planned tests together", () => {
    expect(countTests(reportOf({ numPendingTests: 2, numTodoTests: 1 })).line).toBe(
      "5 passed, 0 failed, 3 skipped",
    );
  });

  it("counts failed tests once and files that do not load as one each", () => {
    const testResults = [
      { status: "failed", assertionResults: [{ status: "failed" }, { status: "passed" }] },
      { status: "failed", assertionResults: [] },
      { status: "passed", assertionResults: [{ status: "passed" }] },
    ];
    const report = reportOf({ numFailedTests: 1, success: false, testResults });
    expect(countTests(report)).toEqual({ line: "5 passed, 2 failed", failed: 2 });
  });

  it("never takes a failed run for a good one", () => {
    expect(countTests(reportOf({ success: false })).failed).toBe(1);
    expect(countTests(undefined)).toEqual({ line: "0 passed, 1 failed", failed: 1 });
  });
});
