import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Strategy, StrategyCandidate } from "../src/strategies.ts";
import { seededRandom } from "./seeded-random.ts";

const optionalFigure = fc.option(fc.integer({ min: 0, max: 1000 }), { nil: undefined });

/** Any deployments in any condition, each with its own id. */
const anyCandidates: fc.Arbitrary<StrategyCandidate[]> = fc.uniqueArray(
  fc.record({
    id: fc.string({ minLength: 1, maxLength: 4 }),
    weight: optionalFigure,
    rpm: optionalFigure,
    tpm: optionalFigure,
    inFlight: fc.nat(20),
    requestsThisMinute: fc.nat(2000),
    msPerAudioSecond: fc.option(fc.double({ min: 0, max: 5000, noNaN: true }), { nil: undefined }),
  }),
  { selector: ({ id }) => id, maxLength: 8 },
);

/** What every strategy must do, whatever it prefers. */
export function describeStrategy(name: string, strategy: Strategy): void {
  describe(`strategy ${name}`, () => {
    it("orders all candidates, each once", () => {
      fc.assert(
        fc.property(anyCandidates, fc.nat(), (candidates, seed) => {
          const ordered = strategy.order(candidates, seededRandom(seed));
          expect(new Set(ordered)).toEqual(new Set(candidates));
          expect(ordered).toHaveLength(candidates.length);
        }),
      );
    });

    it("leaves the list that it is given alone", () => {
      fc.assert(
        fc.property(anyCandidates, fc.nat(), (candidates, seed) => {
          const before = [...candidates];
          strategy.order(Object.freeze(candidates), seededRandom(seed));
          expect(candidates).toEqual(before);
        }),
      );
    });

    it("depends on nothing but the candidates and the random numbers", () => {
      fc.assert(
        fc.property(anyCandidates, fc.nat(), (candidates, seed) => {
          const once = strategy.order(candidates, seededRandom(seed));
          expect(strategy.order(candidates, seededRandom(seed))).toEqual(once);
        }),
      );
    });

    it("copes with the least and the greatest random number", () => {
      fc.assert(
        fc.property(anyCandidates, fc.constantFrom(0, 1 - 2 ** -53), (candidates, extreme) => {
          const ordered = strategy.order(candidates, () => extreme);
          expect(new Set(ordered)).toEqual(new Set(candidates));
        }),
      );
    });

    it("spreads equal candidates evenly", () => {
      const equal = ["a", "b", "c", "d"].map((id) => candidate(id));
      const shares = firstShares(strategy, equal, 8000);
      for (const { id } of equal) expect(shares(id)).toBeCloseTo(0.25, 1.5);
    });
  });
}

/** A candidate of which nothing is known. */
export const candidate = (
  id: string,
  differs: Partial<StrategyCandidate> = {},
): StrategyCandidate => ({
  id,
  weight: undefined,
  rpm: undefined,
  tpm: undefined,
  inFlight: 0,
  requestsThisMinute: 0,
  msPerAudioSecond: undefined,
  ...differs,
});

/** How often each id comes first, from 0 to 1, over that many orders with fixed seeds. */
export function firstShares(
  strategy: Strategy,
  candidates: readonly StrategyCandidate[],
  rounds: number,
): (id: string) => number {
  const random = seededRandom(42);
  const counts = new Map<string, number>();
  for (let round = 0; round < rounds; round++) {
    const first = strategy.order(candidates, random)[0]?.id ?? "";
    counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  return (id) => (counts.get(id) ?? 0) / rounds;
}
