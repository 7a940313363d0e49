import { describe, expect, it } from "vitest";
import { createFairShares } from "./waiting-line.ts";
import type { FairShares, Share } from "./waiting-line.ts";

interface Waiting {
  readonly name: string;
  readonly turn: { readonly share: Share; readonly seconds: number };
}

interface Work {
  readonly chunks: number;
  /** Known length of the whole. */
  readonly seconds?: number;
}

/** One engine that works chunk by chunk; every request has its next chunk in line when one is done. */
const lineOf = (shares: FairShares) => {
  const requests: { readonly name: string; readonly share: Share; left: number }[] = [];
  return {
    add: (name: string, caller: string, { chunks, seconds: expectedSeconds }: Work): void => {
      const share = shares.open(caller);
      share.expectedSeconds = expectedSeconds;
      requests.push({ name, share, left: chunks });
    },
    /** The names of the next ones served. */
    serve: (count: number): readonly string[] =>
      Array.from({ length: count }, () => {
        const waiting = requests.flatMap(({ name, share, left }): readonly Waiting[] =>
          left > 0 ? [{ name, turn: { share, seconds: 20 } }] : [],
        );
        const { name } = shares.first(waiting) ?? { name: "nobody" };
        const served = requests.find((request) => request.name === name);
        if (served !== undefined && --served.left === 0) served.share.close();
        return name;
      }),
  };
};

const countOf = (names: readonly string[], start: string): number =>
  names.filter((name) => name.startsWith(start)).length;

describe("createFairShares", () => {
  it("serves in order of arrival those who are alike", () => {
    const line = lineOf(createFairShares());
    for (const name of ["a", "b", "c"]) line.add(name, "", { chunks: 1 });
    expect(line.serve(4)).toEqual(["a", "b", "c", "nobody"]);
  });

  it("serves a dictation next, whoever's the fifty recordings ahead of it are", () => {
    for (const caller of ["ann", "ben"]) {
      const line = lineOf(createFairShares());
      for (let file = 0; file < 50; file++) line.add(`long ${file}`, "ann", { chunks: 180 });
      line.serve(77);
      line.add("dictation", caller, { chunks: 1 });
      expect(line.serve(1)).toEqual(["dictation"]);
    }
  });

  it("serves the shorter first when nobody has had anything", () => {
    const line = lineOf(createFairShares());
    line.add("unknown", "", { chunks: 2 });
    line.add("long", "", { chunks: 2, seconds: 3600 });
    line.add("short", "", { chunks: 1, seconds: 20 });
    expect(line.serve(5)).toEqual(["short", "long", "unknown", "long", "unknown"]);
  });

  it("gives callers as much, however many requests each has", () => {
    const line = lineOf(createFairShares());
    for (let file = 0; file < 50; file++) line.add(`ann ${file}`, "ann", { chunks: 100 });
    line.add("ben", "ben", { chunks: 100 });
    const served = line.serve(100);
    expect(countOf(served, "ann")).toBe(50);
    expect(countOf(served, "ben")).toBe(50);
  });

  it("goes on with a recording however many dictations come", () => {
    const line = lineOf(createFairShares());
    line.add("long", "", { chunks: 100 });
    const served: string[] = [];
    for (let turn = 0; turn < 40; turn++) {
      line.add(`dictation ${turn}`, "", { chunks: 1, seconds: 20 });
      served.push(...line.serve(2));
    }
    expect(countOf(served, "long")).toBe(40);
    line.serve(1);
    expect(countOf(served, "dictation")).toBe(40);
  });

  it("pays nobody for time spent away", () => {
    const line = lineOf(createFairShares());
    line.add("ann 1", "ann", { chunks: 100 });
    line.add("ben 1", "ben", { chunks: 10 });
    line.serve(30);
    // Ben was away while Ann had ten turns alone.
    line.add("ben 2", "ben", { chunks: 50 });
    expect(countOf(line.serve(20), "ben")).toBeGreaterThanOrEqual(9);
    expect(countOf(line.serve(20), "ben")).toBeLessThanOrEqual(11);
  });

  it("gives a caller that comes and goes no more than its half", () => {
    const line = lineOf(createFairShares());
    line.add("ann", "ann", { chunks: 100 });
    const served: string[] = [];
    for (let turn = 0; turn < 20; turn++) {
      line.add(`ben ${turn}`, "ben", { chunks: 1, seconds: 20 });
      served.push(...line.serve(1));
    }
    expect(countOf(served, "ann")).toBeGreaterThanOrEqual(9);
  });
});
