import { createVirtualClock } from "@earshot/core/testing";
import { describe, expect, it } from "vitest";
import { countListeners } from "../test/count-listeners.ts";
import { createScriptedStream } from "../test/event-stream.ts";
import {
  createWorld,
  deployment,
  failure,
  plainlyAsked,
  requestFor,
} from "../test/router-world.ts";
import type { World } from "../test/router-world.ts";
import { createMemoryState } from "./router-state.ts";
import type { RouterState } from "./router-state.ts";
import type { Attempt } from "./router.ts";
import { createSlots } from "./slots.ts";

/** Answers after that many virtual milliseconds. */
const after =
  (milliseconds: number, world: () => World) =>
  async ({ deployment: { id } }: Attempt): Promise<string> => {
    await world().clock.sleep(milliseconds);
    return id;
  };

const busyWorld = (options: Partial<Parameters<typeof createWorld>[0]> = {}): World => {
  const world: World = createWorld({
    deployments: [deployment("a", { maxParallelRequests: 2 })],
    ...options,
  });
  for (const { id } of options.deployments ?? [deployment("a")])
    world.behaviours[id] ??= after(1000, () => world);
  return world;
};

const inFlight = (world: World): readonly number[] =>
  world.router.health().map((health) => health.inFlight);

describe("max_parallel_requests", () => {
  it("lets the rest wait in line, first come, first served", async () => {
    const world = busyWorld();
    const startedAtMs = world.clock.now();
    const done: string[] = [];
    const runs = ["1", "2", "3", "4", "5"].map(async (name) => {
      await world.router.run(requestFor(), world.call);
      done.push(`${name}@${world.clock.now() - startedAtMs}`);
    });
    await world.clock.advance(0);
    expect(world.calls).toHaveLength(2);
    expect(inFlight(world)).toEqual([2]);
    await world.clock.run(Promise.all(runs));
    expect(done).toEqual(["1@1000", "2@1000", "3@2000", "4@2000", "5@3000"]);
    expect(inFlight(world)).toEqual([0]);
    expect(world.clock.pending()).toBe(0);
  });

  it("prefers deployments with room, also those of a later level", async () => {
    const world = busyWorld({
      deployments: [
        deployment("a", { order: 1, maxParallelRequests: 1 }),
        deployment("b", { order: 2, maxParallelRequests: 1 }),
        deployment("c", { group: "other" }),
      ],
      settings: { fallbacks: { whisper: ["other"] } },
    });
    const runs = Array.from({ length: 3 }, () => world.router.run(requestFor(), world.call));
    await world.clock.advance(0);
    expect(world.calls).toEqual(["a", "b"]);
    await world.clock.run(Promise.all(runs));
    expect(world.calls).toEqual(["a", "b", "a"]);
  });

  it("takes its default from the settings", async () => {
    const world = busyWorld({
      deployments: [deployment("a"), deployment("b", { maxParallelRequests: 5, weight: 0 })],
      settings: { defaultMaxParallelRequests: 1 },
    });
    const runs = Array.from({ length: 4 }, () => world.router.run(requestFor(), world.call));
    await world.clock.advance(0);
    expect(world.calls).toEqual(["a", "b", "b", "b"]);
    await world.clock.run(Promise.all(runs));
  });

  it("gives a free slot to the first in line that can use it", async () => {
    const world = busyWorld({
      deployments: [
        deployment("a", { maxParallelRequests: 1 }),
        deployment("x", { group: "other", maxParallelRequests: 1 }),
      ],
    });
    world.behaviours["x"] = after(500, () => world);
    const runs = ["whisper", "other", "whisper", "other"].map((group) =>
      world.router.run(requestFor(group), world.call),
    );
    await world.clock.advance(500);
    expect(world.calls).toEqual(["a", "x", "x"]);
    await world.clock.run(Promise.all(runs));
  });

  it("refuses when no slot comes free within the timeout", async () => {
    const settings = { streamTimeoutMs: 30_000, timeoutMs: 100_000 };
    const world = busyWorld({ settings });
    world.behaviours["a"] = ({ holdStream }) => {
      holdStream("first", createScriptedStream());
      return "stream";
    };
    const streaming = requestFor("whisper", {
      asked: { ...plainlyAsked, stream: true },
    });
    for (let stream = 0; stream < 2; stream++) await world.send(streaming);
    const startedAtMs = world.clock.now();
    const error = await world.fail(streaming);
    expect(error.code).toBe("overloaded");
    expect(error.message).toContain("max_parallel_requests");
    expect(world.clock.now() - startedAtMs).toBe(30_000);
    expect(world.calls).toHaveLength(2);
    await world.clock.advance(100_000);
    expect(inFlight(world)).toEqual([0]);
  });

  it("waits as long as a timer can when there is no timeout", async () => {
    const world = busyWorld({ settings: { timeoutMs: Infinity } });
    const runs = [1, 2, 3].map(() => world.router.run(requestFor(), world.call));
    await world.clock.run(Promise.all(runs));
    expect(world.calls).toHaveLength(3);
  });

  it("refuses at once when too many wait already, and lets a fallback answer instead", async () => {
    const world = busyWorld({
      deployments: [
        deployment("a", { maxParallelRequests: 1 }),
        deployment("b", { group: "other" }),
      ],
      settings: { maxWaitingRequests: 1 },
    });
    const runs = [1, 2].map(() => world.router.run(requestFor(), world.call));
    await world.clock.advance(0);
    const refused = world.router.run(requestFor(), world.call);
    await expect(refused).rejects.toMatchObject({ code: "overloaded" });
    const saved = await world.send(requestFor("whisper", { fallbacks: ["other"] }));
    expect(saved.value).toBe("b");
    await world.clock.run(Promise.all(runs));
  });

  it("forgets a waiting request whose client goes away", async () => {
    const world = busyWorld({ deployments: [deployment("a", { maxParallelRequests: 1 })] });
    const client = new AbortController();
    const first = world.router.run(requestFor(), world.call);
    await world.clock.advance(0);
    const gone = world.router.run(requestFor("whisper", { signal: client.signal }), world.call);
    const ended = gone.catch((error: unknown) => error);
    const last = world.router.run(requestFor(), world.call);
    await world.clock.advance(500);
    client.abort();
    expect(await ended).toMatchObject({ code: "aborted" });
    await world.clock.run(Promise.all([first, last]));
    expect(world.calls).toEqual(["a", "a"]);
    expect(inFlight(world)).toEqual([0]);
    expect(world.clock.pending()).toBe(0);
  });

  it("does not send those in line to a deployment that began to cool down meanwhile", async () => {
    const world = busyWorld({
      deployments: [
        deployment("a", { maxParallelRequests: 1, weight: 1 }),
        deployment("b", { maxParallelRequests: 1, weight: 0 }),
      ],
    });
    world.behaviours["a"] = async () => {
      await world.clock.sleep(100);
      throw failure("provider_authentication");
    };
    const runs = Array.from({ length: 4 }, () => world.router.run(requestFor(), world.call));
    const results = await world.clock.run(Promise.all(runs));
    expect(results.map(({ value }) => value)).toEqual(["b", "b", "b", "b"]);
    expect(world.calls.filter((id) => id === "a")).toHaveLength(1);
    expect(inFlight(world)).toEqual([0, 0]);
  });
});

describe("a request that gets its slot", () => {
  it("after a failure still keeps the pause", async () => {
    const world = busyWorld({ deployments: [deployment("a", { maxParallelRequests: 1 })] });
    const startedAtMs = world.clock.now();
    const calledAtMs: number[] = [];
    const during = (milliseconds: number, end: () => unknown) => async () => {
      calledAtMs.push(world.clock.now() - startedAtMs);
      await world.clock.sleep(milliseconds);
      return end();
    };
    world.behaviours["a"] = [
      during(100, () => {
        throw failure("overloaded");
      }),
      during(50, () => "second"),
      during(0, () => "first"),
    ];
    const runs = [1, 2].map(() => world.router.run(requestFor(), world.call));
    await world.clock.run(Promise.all(runs));
    expect(calledAtMs).toEqual([0, 100, 350]);
  });

  it("waits for what it has not tried yet, not for what failed before", async () => {
    const world = busyWorld({
      deployments: [
        deployment("a", { maxParallelRequests: 1 }),
        deployment("b", { maxParallelRequests: 1, weight: 0 }),
      ],
    });
    world.behaviours["a"] = ["overloaded", after(400, () => world)];
    const onlyB = world.router.run(requestFor("b"), world.call);
    await world.clock.advance(0);
    const startedAtMs = world.clock.now();
    const either = world.router.run(requestFor(), world.call);
    const onlyA = world.router.run(requestFor("a"), world.call);
    expect((await world.clock.run(either)).attempts.at(-1)).toMatchObject({
      deploymentId: "b",
      startedAtMs: startedAtMs + 1000,
    });
    await world.clock.run(Promise.all([onlyA, onlyB]));
  });

  it("need not wait in line again when what was busy comes free during a pause", async () => {
    const world = busyWorld({
      deployments: [deployment("a"), deployment("b", { maxParallelRequests: 1, weight: 0 })],
      settings: { streamTimeoutMs: 1000, timeoutMs: 3000 },
    });
    world.behaviours["a"] = failure("overloaded", { retryAfterMs: 5000 });
    world.behaviours["b"] = ({ holdStream }) => {
      holdStream("first", createScriptedStream());
      return "b";
    };
    const asked = { ...plainlyAsked, stream: true };
    await world.send(requestFor("b", { asked }));
    expect(
      (await world.send(requestFor("whisper", { asked }))).attempts.map(
        ({ deploymentId }) => deploymentId,
      ),
    ).toEqual(["a", "b"]);
  });

  it("as its client goes away passes it on", async () => {
    const client = new AbortController();
    const clock = createVirtualClock({ startMs: 1_000_000 });
    const memory = createMemoryState(clock);
    let onRead = (): void => {};
    const state: RouterState = {
      ...memory,
      read: (keys) => {
        onRead();
        return memory.read(keys);
      },
    };
    const { router, call, calls } = createWorld({
      deployments: [deployment("a", { maxParallelRequests: 1 })],
      behaviours: { a: [() => clock.sleep(100)] },
      options: { clock, state },
    });
    const first = router.run(requestFor(), call);
    await clock.advance(0);
    const leaving = router
      .run(requestFor("whisper", { signal: client.signal }), call)
      .catch((error: unknown) => error);
    const last = router.run(requestFor(), call);
    await clock.advance(50);
    onRead = () => client.abort();
    await clock.run(Promise.all([first, last]));
    expect(await leaving).toMatchObject({ code: "aborted" });
    expect(calls).toEqual(["a", "a"]);
    expect(router.health()[0]?.inFlight).toBe(0);
  });
});

describe("a slot", () => {
  const one = deployment("a", { maxParallelRequests: 1 });
  const slotsWithOneTaken = () => {
    const slots = createSlots(
      { maxWaitingRequests: 10 },
      createVirtualClock({ startMs: 1_000_000 }),
    );
    return { slots, taken: slots.take(one) };
  };

  it("comes free once, however often it is released", () => {
    const { slots, taken } = slotsWithOneTaken();
    taken.release();
    taken.release();
    expect(slots.inFlight("a")).toBe(0);
  });

  it("is not lost when it comes free in the moment in which the waiting client goes away", async () => {
    const { slots, taken } = slotsWithOneTaken();
    const client = new AbortController();
    const waiting = slots.wait({
      deployments: [one],
      untilMs: () => 1_001_000,
      signal: client.signal,
    });
    taken.release();
    client.abort();
    await expect(waiting).rejects.toMatchObject({ code: "aborted" });
    expect(slots.inFlight("a")).toBe(0);
  });

  it("is not lost when it comes free in the moment in which the wait is over", async () => {
    let timeIsOver = (): void => {};
    const sleep = (): Promise<void> =>
      new Promise((resolve) => {
        timeIsOver = resolve;
      });
    const slots = createSlots(
      { maxWaitingRequests: 10 },
      { now: () => 0, sleep, after: () => () => {} },
    );
    const taken = slots.take(one);
    const { signal } = new AbortController();
    const waiting = slots.wait({ deployments: [one], untilMs: () => 0, signal });
    timeIsOver();
    await Promise.resolve();
    taken.release();
    (await waiting)?.release();
    expect(slots.inFlight("a")).toBe(0);
  });

  it("leaves no listener on the signal of those who waited for it", async () => {
    const { slots, taken } = slotsWithOneTaken();
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    const waiting = slots.wait({ deployments: [one], untilMs: () => 1_001_000, signal });
    taken.release();
    await waiting;
    expect(listeners()).toBe(0);
  });
});

describe("rpm", () => {
  it("sends what is over it elsewhere first", async () => {
    const { send, calls, clock } = createWorld({
      deployments: [
        deployment("a", { order: 1, rpm: 2 }),
        deployment("b", { order: 2, rpm: 1 }),
        deployment("c", { group: "other" }),
      ],
      settings: { fallbacks: { whisper: ["other"] } },
    });
    for (let count = 0; count < 5; count++) {
      await send();
      await clock.advance(1000);
    }
    expect(calls).toEqual(["a", "a", "b", "a", "a"]);
  });

  it("goes by the order again when all are over it", async () => {
    const { send, calls } = createWorld({
      deployments: [
        deployment("a", { order: 1, rpm: 1, weight: 0 }),
        deployment("b", { order: 2, rpm: 1, weight: 9 }),
      ],
    });
    for (let count = 0; count < 4; count++) await send();
    expect(calls).toEqual(["a", "b", "a", "a"]);
  });

  it("starts anew every minute", async () => {
    const { send, calls, clock } = createWorld({
      deployments: [deployment("a", { order: 1, rpm: 1 }), deployment("b", { order: 2 })],
    });
    await send();
    await send();
    await clock.advance(60_000);
    await send();
    expect(calls).toEqual(["a", "b", "a"]);
  });
});
