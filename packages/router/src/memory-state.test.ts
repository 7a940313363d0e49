import { describe, expect, it } from "vitest";
import { describeState } from "../test/describe-state.ts";
import { createVirtualClock } from "../test/virtual-clock.ts";
import { failOpenState } from "./fail-open-state.ts";
import { createMemoryState } from "./memory-state.ts";
import type { RouterState } from "./router-state.ts";

const createState = async () => {
  const clock = createVirtualClock();
  return { state: createMemoryState(clock), advance: clock.advance };
};

describeState("in memory", createState);
describeState("in memory, failing open", async () => {
  const { state, advance } = await createState();
  return { state: failOpenState(state), advance };
});

describe("a state that is out of reach", () => {
  const gone = async (): Promise<never> => {
    throw new Error("connection refused");
  };
  const broken: RouterState = { add: gone, raise: gone, read: gone, remove: gone };

  it("looks empty", async () => {
    const state = failOpenState(broken);
    expect(await state.add("a", 1, 1000)).toBe(0);
    expect(await state.read(["a"])).toEqual([]);
    await state.raise("a", 1, 1000);
    await state.remove(["a"]);
  });
});
