import { systemClock, TranscriptionError } from "@earshot/core";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createScriptedStream } from "../test/event-stream.ts";
import {
  ableToAll,
  deployment,
  plainlyAsked,
  requestFor,
  usualSettings,
} from "../test/router-world.ts";
import { createRouter } from "./index.ts";
import type { Attempt, Router } from "./index.ts";
import { createMemoryState } from "./router-state.ts";
import type { Deployment } from "./router.ts";

const DAY_MS = 86_400_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const routerOf = (...deployments: readonly Deployment[]): Router =>
  createRouter({
    deployments,
    settings: { ...usualSettings, timeoutMs: 60_000, cooldownMs: 10_000 },
    clock: systemClock,
    random: () => 0,
  });

const streamed = { ...plainlyAsked, stream: true };

const run = async (
  router: Router,
  call: (attempt: Attempt) => Promise<unknown>,
): Promise<unknown> =>
  router.run(requestFor("whisper", { asked: streamed }), call).then(
    ({ value }) => value,
    (error: unknown) => (TranscriptionError.is(error) ? error.code : error),
  );

/** What has become of the promise by now. */
const outcomeOf = (promise: Promise<unknown>) => {
  const outcome: { value: unknown } = { value: "pending" };
  void promise.then((value) => {
    outcome.value = value;
  });
  return outcome;
};

describe.each([
  ["forward", DAY_MS],
  ["backward", -DAY_MS],
])("a wall clock that jumps a day %s", (_name, jumpMs) => {
  const jump = (): void => void vi.setSystemTime(Date.now() + jumpMs);

  it("neither ends a running attempt nor prolongs it", async () => {
    const outcome = outcomeOf(run(routerOf(deployment("a")), () => new Promise(() => {})));
    await vi.advanceTimersByTimeAsync(1000);
    jump();
    await vi.advanceTimersByTimeAsync(58_999);
    expect(outcome.value).toBe("pending");
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome.value).toBe("timeout");
  });

  it("neither ends a pause nor prolongs it", async () => {
    const calls: number[] = [];
    const outcome = outcomeOf(
      run(routerOf(deployment("a")), async () => {
        if (calls.push(systemClock.now()) === 1) throw new TranscriptionError("overloaded", "No.");
        return "answer";
      }),
    );
    await vi.advanceTimersByTimeAsync(100);
    jump();
    await vi.advanceTimersByTimeAsync(149);
    expect(calls).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome.value).toBe("answer");
  });

  it("neither ends a cooldown nor prolongs it, and health shows its end as a date", async () => {
    const router = routerOf(deployment("a"), deployment("b", { weight: 0 }));
    const isBroken = { value: true };
    const call = async ({ deployment: { id } }: Attempt): Promise<string> => {
      if (id === "a" && isBroken.value)
        throw new TranscriptionError("provider_authentication", "Who are you?");
      return id;
    };
    expect(await run(router, call)).toBe("b");
    isBroken.value = false;
    jump();
    await vi.advanceTimersByTimeAsync(9999);
    expect(router.health()[0]?.cooledUntilMs).toBe(Date.now() + 1);
    expect(await run(router, call)).toBe("b");
    await vi.advanceTimersByTimeAsync(1);
    expect(router.health()[0]?.cooledUntilMs).toBeUndefined();
    expect(await run(router, call)).toBe("a");
  });

  it("neither ends the wait for a slot nor prolongs it", async () => {
    const router = routerOf(
      deployment("a", { maxParallelRequests: 1, streamTimeoutMs: 60_000, timeoutMs: 200_000 }),
    );
    const held = async ({ holdStream }: Attempt): Promise<string> => {
      holdStream("first", createScriptedStream());
      return "stream";
    };
    expect(await run(router, held)).toBe("stream");
    const outcome = outcomeOf(run(router, held));
    await vi.advanceTimersByTimeAsync(1000);
    jump();
    await vi.advanceTimersByTimeAsync(58_999);
    expect(outcome.value).toBe("pending");
    await vi.advanceTimersByTimeAsync(1);
    expect(outcome.value).toBe("overloaded");
  });

  it("forgets no count and no mark, and keeps none for longer", async () => {
    const state = createMemoryState(systemClock);
    await state.add("count", 1, 1000);
    await state.raise("mark", 7, 1000);
    await vi.advanceTimersByTimeAsync(500);
    jump();
    await vi.advanceTimersByTimeAsync(499);
    expect(await state.read(["count", "mark"])).toEqual([1, 7]);
    await vi.advanceTimersByTimeAsync(1);
    expect(await state.read(["count", "mark"])).toEqual([undefined, undefined]);
  });

  it("counts the requests of one minute together", async () => {
    const router = routerOf(deployment("a", { order: 1, rpm: 2 }), deployment("b", { order: 2 }));
    const call = async ({ deployment: { id } }: Attempt): Promise<string> => id;
    // Where a minute begins does not matter here: ten at once cannot be in more than two of them.
    const answers: unknown[] = [];
    for (let count = 0; count < 10; count++) {
      answers.push(await run(router, call));
      jump();
    }
    expect(answers.filter((id) => id === "a").length).toBeLessThanOrEqual(4);
  });
});

it("whether a model is shut down goes by the date", async () => {
  vi.setSystemTime(Date.UTC(2026, 0, 1));
  const capabilities = { ...ableToAll, shutdownDate: "2026-06-01" };
  const router = routerOf(
    deployment("old", { capabilities, order: 1 }),
    deployment("new", { order: 2 }),
  );
  const call = async ({ deployment: { id } }: Attempt): Promise<string> => id;
  expect(await run(router, call)).toBe("old");
  vi.setSystemTime(Date.UTC(2026, 6, 1));
  expect(await run(router, call)).toBe("new");
});
