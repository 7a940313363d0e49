import { describe, expect, it } from "vitest";
import { candidate, describeStrategy, firstShares } from "../test/describe-strategy.ts";
import { seededRandom } from "../test/seeded-random.ts";
import { strategies } from "./strategies.ts";
import type { Strategy, StrategyCandidate } from "./strategies.ts";

for (const [name, strategy] of Object.entries(strategies)) describeStrategy(name, strategy);

const idsInOrder = (strategy: Strategy, candidates: readonly StrategyCandidate[]): string[] =>
  strategy.order(candidates, seededRandom(7)).map(({ id }) => id);

describe("simple-shuffle", () => {
  const simpleShuffle = strategies["simple-shuffle"];

  it("honours weights within statistical bounds", () => {
    const candidates = [
      candidate("a", { weight: 7 }),
      candidate("b", { weight: 2 }),
      candidate("c", { weight: 1 }),
    ];
    const rounds = 20_000;
    const shares = firstShares(simpleShuffle, candidates, rounds);
    for (const [id, expected] of [
      ["a", 0.7],
      ["b", 0.2],
      ["c", 0.1],
    ] as const) {
      const fourDeviations = 4 * Math.sqrt((expected * (1 - expected)) / rounds);
      expect(Math.abs(shares(id) - expected)).toBeLessThan(fourDeviations);
    }
  });

  it("draws the second by weight among those that are left", () => {
    const candidates = [
      candidate("a", { weight: 100 }),
      candidate("b", { weight: 3 }),
      candidate("c", { weight: 1 }),
    ];
    const random = seededRandom(1);
    const rounds = 8000;
    let afterA = 0;
    let bAfterA = 0;
    for (let round = 0; round < rounds; round++) {
      const [first, second] = simpleShuffle.order(candidates, random);
      if (first?.id !== "a") continue;
      afterA += 1;
      if (second?.id === "b") bAfterA += 1;
    }
    expect(bAfterA / afterA).toBeCloseTo(0.75, 1.5);
  });

  it("counts a missing weight as 1 when another has one", () => {
    const shares = firstShares(
      simpleShuffle,
      [candidate("a", { weight: 3 }), candidate("b")],
      8000,
    );
    expect(shares("a")).toBeCloseTo(0.75, 1.5);
  });

  it("prefers weight to rpm, and rpm to tpm", () => {
    const byWeight = [
      candidate("a", { weight: 1, rpm: 1, tpm: 900 }),
      candidate("b", { weight: 3, rpm: 900, tpm: 1 }),
    ];
    expect(firstShares(simpleShuffle, byWeight, 8000)("b")).toBeCloseTo(0.75, 1.5);
    const byRpm = [candidate("a", { rpm: 9, tpm: 1 }), candidate("b", { rpm: 1, tpm: 9 })];
    expect(firstShares(simpleShuffle, byRpm, 8000)("a")).toBeCloseTo(0.9, 1.5);
    const byTpm = [candidate("a", { tpm: 9000 }), candidate("b", { tpm: 1000 })];
    expect(firstShares(simpleShuffle, byTpm, 8000)("a")).toBeCloseTo(0.9, 1.5);
  });

  it("shares evenly when only some state an rpm", () => {
    const shares = firstShares(
      simpleShuffle,
      [candidate("a", { rpm: 1000 }), candidate("b")],
      8000,
    );
    expect(shares("a")).toBeCloseTo(0.5, 1.5);
  });

  it("puts a weight of 0 last, and still lists it", () => {
    const candidates = [
      candidate("never", { weight: 0 }),
      candidate("a", { weight: 1 }),
      candidate("b", { weight: 1 }),
    ];
    const random = seededRandom(3);
    for (let round = 0; round < 500; round++)
      expect(simpleShuffle.order(candidates, random).at(-1)?.id).toBe("never");
  });
});

describe("least-busy", () => {
  it("puts the fewest in flight first", () => {
    const candidates = [
      candidate("a", { inFlight: 3 }),
      candidate("b"),
      candidate("c", { inFlight: 1 }),
    ];
    expect(idsInOrder(strategies["least-busy"], candidates)).toEqual(["b", "c", "a"]);
  });
});

describe("usage-based-routing", () => {
  const usageBased = strategies["usage-based-routing"];

  it("puts the fewest requests of this minute first", () => {
    const candidates = [
      candidate("a", { requestsThisMinute: 30 }),
      candidate("b", { requestsThisMinute: 10, rpm: 10 }),
    ];
    expect(idsInOrder(usageBased, candidates)).toEqual(["b", "a"]);
  });

  it("compares shares of the rpm when all have one", () => {
    const candidates = [
      candidate("small", { requestsThisMinute: 8, rpm: 10 }),
      candidate("large", { requestsThisMinute: 30, rpm: 100 }),
    ];
    expect(idsInOrder(usageBased, candidates)).toEqual(["large", "small"]);
  });

  it("is also known by its second name", () => {
    expect(strategies["usage-based-routing-v2"]).toBe(usageBased);
  });
});

describe("latency-based-routing", () => {
  it("puts unknown ones first, then the quickest", () => {
    const candidates = [
      candidate("slow", { msPerAudioSecond: 300 }),
      candidate("new"),
      candidate("quick", { msPerAudioSecond: 20 }),
    ];
    expect(idsInOrder(strategies["latency-based-routing"], candidates)).toEqual([
      "new",
      "quick",
      "slow",
    ]);
  });
});
