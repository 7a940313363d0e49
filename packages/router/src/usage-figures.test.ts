import { createVirtualClock } from "@earshot/core/testing";
import { describe, expect, it } from "vitest";
import {
  audioWith,
  createWorld,
  deployment,
  plainlyAsked,
  requestFor,
} from "../test/router-world.ts";
import type { World } from "../test/router-world.ts";
import { createMemoryState } from "./router-state.ts";
import type { RouterState } from "./router-state.ts";

const pair = [deployment("a"), deployment("b")];
const recordingOf = (durationSeconds?: number) =>
  requestFor("whisper", {
    asked: { ...plainlyAsked, ...audioWith({ durationSeconds }) },
  });

describe("usage-based routing", () => {
  it("sends each request to whoever had the fewest in this minute", async () => {
    const { send, calls, clock } = createWorld({
      deployments: pair,
      settings: { strategy: "usage-based-routing" },
    });
    for (let count = 0; count < 4; count++) await send();
    expect(calls).toEqual(["a", "b", "a", "b"]);
    await send();
    await clock.advance(60_000);
    await send();
    expect(calls.slice(4)).toEqual(["a", "a"]);
  });
});

describe("least-busy", () => {
  it("sends each request to whoever has the fewest in flight", async () => {
    const world = createWorld({ deployments: pair, settings: { strategy: "least-busy" } });
    for (const id of ["a", "b"]) world.behaviours[id] = () => world.clock.sleep(100);
    const runs = Array.from({ length: 4 }, () => world.router.run(requestFor(), world.call));
    await world.clock.advance(0);
    expect(world.calls).toEqual(["a", "b", "a", "b"]);
    await world.clock.run(Promise.all(runs));
  });
});

describe("latency-based routing", () => {
  const timedWorld = (): World =>
    createWorld({ deployments: pair, settings: { strategy: "latency-based-routing" } });
  const takes = (world: World, id: string, milliseconds: number): void => {
    world.behaviours[id] = () => world.clock.sleep(milliseconds);
  };

  it("goes by the time for a second of audio, not by the time for a request", async () => {
    const world = timedWorld();
    takes(world, "a", 6000);
    await world.send(recordingOf(600));
    takes(world, "b", 3000);
    await world.send(recordingOf(30));
    expect(world.calls).toEqual(["a", "b"]);
    await world.send(recordingOf(30));
    expect(world.calls.at(-1)).toBe("a");
  });

  it("takes unknown lengths as equal", async () => {
    const world = timedWorld();
    takes(world, "a", 6000);
    await world.send(recordingOf());
    takes(world, "b", 3000);
    await world.send(recordingOf());
    await world.send(recordingOf());
    expect(world.calls).toEqual(["a", "b", "b"]);
  });

  it("forgets what was long ago, and does not judge by failures", async () => {
    const world = timedWorld();
    takes(world, "a", 1000);
    await world.send(recordingOf(30));
    world.behaviours["b"] = ["bad_response"];
    await world.send(recordingOf(30));
    expect(world.calls).toEqual(["a", "b", "a"]);
    takes(world, "b", 9000);
    await world.send(recordingOf(30));
    await world.send(recordingOf(30));
    expect(world.calls.slice(3)).toEqual(["b", "a"]);
    await world.clock.advance(20 * 60_000);
    world.calls.length = 0;
    await world.send(recordingOf(30));
    await world.send(recordingOf(30));
    expect(world.calls.toSorted()).toEqual(["a", "b"]);
  });
});

describe("the state", () => {
  it("is asked for nothing but cooldowns when nothing else is needed", async () => {
    const keys: string[] = [];
    const state = createMemoryState(createVirtualClock({ startMs: 1_000_000 }));
    const watched: RouterState = {
      ...state,
      read: (asked) => {
        keys.push(...asked);
        return state.read(asked);
      },
      add: () => Promise.reject(new Error("nothing is to be counted")),
    };
    const { send } = createWorld({ deployments: pair, options: { state: watched } });
    await send();
    expect(keys).toEqual(["cooldown:a", "cooldown:b"]);
  });

  it("may be out of reach: requests are served all the same", async () => {
    const gone = async (): Promise<never> => {
      throw new Error("connection refused");
    };
    const { send, calls } = createWorld({
      deployments: [deployment("a", { rpm: 5 }), deployment("b", { rpm: 5 })],
      behaviours: { a: "bad_response" },
      settings: { strategy: "latency-based-routing" },
      options: { state: { add: gone, raise: gone, read: gone, remove: gone } },
    });
    expect((await send()).value).toBe("b");
    expect(calls).toEqual(["a", "b"]);
  });

  it("shares what one router learns with the others", async () => {
    const clock = createVirtualClock({ startMs: 1_000_000 });
    const options = { state: createMemoryState(clock), clock };
    const behaviours = { a: "provider_authentication" } as const;
    const first = createWorld({ deployments: pair, behaviours: { ...behaviours }, options });
    const second = createWorld({ deployments: pair, options });
    await clock.run(first.router.run(requestFor(), first.call));
    expect((await clock.run(second.router.run(requestFor(), second.call))).value).toBe("b");
    expect(second.router.health()[0]?.cooledUntilMs).toBe(clock.now() + 5000);
  });
});
