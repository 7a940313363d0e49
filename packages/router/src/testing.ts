import { beforeEach, describe, expect, it } from "vitest";
import type { RouterState } from "./router-state.ts";

/** A state with nothing in it, and the way to let its time pass. */
export interface StateUnderTest {
  readonly state: RouterState;
  readonly advance: (milliseconds: number) => Promise<void>;
}

interface Current {
  readonly state: () => RouterState;
  readonly advance: StateUnderTest["advance"];
}

const testCounters = ({ state, advance }: Current): void => {
  it("adds, and says what came out", async () => {
    expect(await state().add("a", 2, 1000)).toBe(2);
    expect(await state().add("a", 3, 1000)).toBe(5);
    expect(await state().add("b", 1, 1000)).toBe(1);
    expect(await state().read(["b", "nothing", "a"])).toEqual([1, undefined, 5]);
  });

  it("adds what is added at the same time", async () => {
    await Promise.all(Array.from({ length: 50 }, () => state().add("a", 1, 1000)));
    expect(await state().read(["a"])).toEqual([50]);
  });

  it("counts fractions and downwards", async () => {
    await state().add("a", 1.5, 1000);
    expect(await state().add("a", -1, 1000)).toBeCloseTo(0.5, 9);
  });

  it("forgets a counter a while after its first addition", async () => {
    await state().add("a", 1, 1000);
    await advance(999);
    expect(await state().add("a", 1, 1000)).toBe(2);
    await advance(2);
    expect(await state().read(["a"])).toEqual([undefined]);
    expect(await state().add("a", 1, 1000)).toBe(1);
  });
};

const testMarks = ({ state, advance }: Current): void => {
  it("raises a mark, and never lowers it", async () => {
    await state().raise("a", 10, 1000);
    await state().raise("a", 5, 1000);
    expect(await state().read(["a"])).toEqual([10]);
    await state().raise("a", 12, 1000);
    expect(await state().read(["a"])).toEqual([12]);
  });

  it("forgets a mark a while after it was last raised, not after a smaller one came", async () => {
    await state().raise("a", 10, 1000);
    await advance(600);
    await state().raise("a", 11, 1000);
    await advance(600);
    await state().raise("a", 1, 5000);
    expect(await state().read(["a"])).toEqual([11]);
    await advance(500);
    expect(await state().read(["a"])).toEqual([undefined]);
  });
};

/** What every state store must do. */
export function describeState(name: string, create: () => Promise<StateUnderTest>): void {
  describe(`state ${name}`, () => {
    let created: StateUnderTest;
    beforeEach(async () => {
      created = await create();
    });
    const current: Current = {
      state: () => created.state,
      advance: async (milliseconds) => created.advance(milliseconds),
    };

    it("knows nothing at first", async () => {
      expect(await created.state.read(["a", "b"])).toEqual([undefined, undefined]);
      expect(await created.state.read([])).toEqual([]);
    });
    testCounters(current);
    testMarks(current);
    it("removes what it is told to", async () => {
      const { state } = created;
      await state.add("a", 1, 1000);
      await state.raise("b", 1, 1000);
      await state.add("c", 1, 1000);
      await state.remove(["a", "b", "unknown"]);
      expect(await state.read(["a", "b", "c"])).toEqual([undefined, undefined, 1]);
    });
  });
}
