import { describe, expect, it } from "vitest";
import { runParts, selectParts } from "./run-parts.mjs";

const part = (/** @type {string} */ name, /** @type {string[]} */ ...after) => ({
  name,
  command: [name],
  ...(after[0] === undefined ? {} : { after: after[0] }),
});
const PARTS = [part("test"), part("build"), part("pack", "build"), part("lint")];

/** Runs PARTS by hand: each part waits until the test ends it. */
const control = (concurrency = 2, parts = PARTS) => {
  /** @type {string[]} */
  const started = [];
  /** @type {Map<string, (passed: boolean) => void>} */
  const endOf = new Map();
  const outcomes = runParts(parts, {
    concurrency,
    runPart: ({ name }) => {
      started.push(name);
      return new Promise((resolve) => endOf.set(name, resolve));
    },
  });
  const end = async (/** @type {string} */ name, /** @type {boolean} */ passed) => {
    endOf.get(name)?.(passed);
    // Lets the runner, which only awaits promises, start what comes next.
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { started, end, outcomes };
};

describe("runParts", () => {
  it("runs a few at a time, in order, and a dependent part after its predecessor", async () => {
    const { started, end, outcomes } = control();
    expect(started).toEqual(["test", "build"]);
    await end("test", true);
    expect(started).toEqual(["test", "build", "lint"]);
    await end("build", true);
    expect(started).toEqual(["test", "build", "lint", "pack"]);
    await end("lint", true);
    await end("pack", true);
    expect(new Set((await outcomes).values())).toEqual(new Set(["passed"]));
  });

  it("runs the rest after a failure, but skips what needs the failed part", async () => {
    const { started, end, outcomes } = control(1);
    await end("test", false);
    await end("build", false);
    await end("lint", true);
    expect(started).toEqual(["test", "build", "lint"]);
    expect(Object.fromEntries(await outcomes)).toEqual({
      test: "failed",
      build: "failed",
      pack: "skipped",
      lint: "passed",
    });
  });

  it("does not wait for a predecessor that was not selected", async () => {
    const { started, end, outcomes } = control(1, [part("pack", "build")]);
    expect(started).toEqual(["pack"]);
    await end("pack", true);
    expect(Object.fromEntries(await outcomes)).toEqual({ pack: "passed" });
  });
});

describe("selectParts", () => {
  const namesOf = (/** @type {string[]} */ ...args) =>
    selectParts(PARTS, args).map(({ name }) => name);

  it("takes all, only some, or all but some", () => {
    expect(namesOf()).toEqual(["test", "build", "pack", "lint"]);
    expect(namesOf("--only", "lint,test")).toEqual(["test", "lint"]);
    expect(namesOf("--except", "test,pack")).toEqual(["build", "lint"]);
  });

  it.each([
    [["--only", "lintt"]],
    [["--only"]],
    [["--skip", "lint"]],
    [["--only", "lint", "test"]],
  ])("refuses %j", (args) => {
    expect(() => selectParts(PARTS, args)).toThrow("Usage: check");
  });
});
