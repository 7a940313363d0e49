import { createVirtualClock } from "@earshot/core/testing";
import { describe, expect, it } from "vitest";
import { createMemoryState, failOpenState } from "./router-state.ts";
import type { RouterState } from "./router-state.ts";
import { describeState } from "./testing.ts";

const createState = async () => {
  const clock = createVirtualClock({ startMs: 1_000_000 });
  return { state: createMemoryState(clock), advance: clock.advance };
};

describeState("in memory", createState);
describeState("in memory, failing open", async () => {
  const { state, advance } = await createState();
  return { state: failOpenState(state), advance };
});

it("can be made again from its snapshot", async () => {
  const clock = createVirtualClock({ startMs: 1_000_000 });
  const state = createMemoryState(clock);
  await state.add("count", 3, 1000);
  await state.raise("gone", 1, 100);
  await clock.advance(400);
  const copy = createMemoryState(clock);
  for (const { key, value, expiresInMs } of state.snapshot())
    await copy.raise(key, value, expiresInMs);
  expect(await copy.read(["count", "gone"])).toEqual([3, undefined]);
  await clock.advance(601);
  expect(await copy.read(["count"])).toEqual([undefined]);
  expect(state.snapshot()).toEqual([]);
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
