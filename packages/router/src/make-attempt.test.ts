import { createVirtualClock } from "@earshot/core/testing";
import { describe, expect, it } from "vitest";
import { countListeners } from "../test/count-listeners.ts";
import {
  audioWith,
  createWorld,
  deployment,
  failure,
  plainlyAsked,
  requestFor,
} from "../test/router-world.ts";
import type { RouterSettings } from "./router-settings.ts";
import { createMemoryState } from "./router-state.ts";
import type { RouterState } from "./router-state.ts";
import type { Attempt, Deployment, RouteRequest } from "./router.ts";

interface Hanging {
  readonly own?: Partial<Deployment>;
  readonly settings?: Partial<RouterSettings>;
  readonly request?: Partial<RouteRequest>;
}

/** How long a deployment that never answers is waited for, and what its signal saw. */
const waitFor = async ({ own = {}, settings = {}, request = {} }: Hanging) => {
  const signals: AbortSignal[] = [];
  const world = createWorld({
    deployments: [deployment("a", own)],
    settings,
    behaviours: {
      a: ({ signal }) => {
        signals.push(signal);
        return new Promise(() => {});
      },
    },
  });
  const startedAtMs = world.clock.now();
  const error = await world.fail(requestFor("whisper", request));
  return { error, signals, world, waitedMs: world.clock.now() - startedAtMs };
};

describe("the time of one attempt", () => {
  it("counts from when the audio has arrived", async () => {
    const world = createWorld({
      deployments: [deployment("a", { timeoutMs: 60_000 })],
      settings: { numRetries: 0 },
      behaviours: { a: () => new Promise(() => {}) },
    });
    const { clock } = world;
    const startedAtMs = clock.now();
    // The client sends for 90 seconds, at a limit of 60, and then nothing more.
    const audio = audioWith({
      arrivedAtMs: () => Math.min(clock.now(), startedAtMs + 90_000),
    });
    const error = await world.fail(requestFor("whisper", { asked: { ...plainlyAsked, ...audio } }));
    expect(error).toMatchObject({ code: "timeout", message: expect.stringContaining("60 s") });
    expect(clock.now() - startedAtMs).toBe(150_000);
    expect(world.records).toMatchObject([{ durationMs: 60_000 }]);
  });

  it("ends it with a timeout, even when the attempt takes no notice", async () => {
    const { error, signals, world, waitedMs } = await waitFor({ settings: { timeoutMs: 1500 } });
    expect(error.code).toBe("timeout");
    expect(error.message).toBe("There was no answer within 1.5 s.");
    expect(waitedMs).toBe(1500);
    expect(signals.map(({ reason }) => reason)).toEqual([error]);
    expect(world.router.health()[0]?.inFlight).toBe(0);
    expect(world.clock.pending()).toBe(0);
  });

  it("comes from the settings or the deployment, and no request makes it longer", async () => {
    const settings = { timeoutMs: 3000 };
    const own = { timeoutMs: 2000 };
    expect((await waitFor({ settings, own })).waitedMs).toBe(2000);
    expect((await waitFor({ settings, own, request: { totalTimeoutMs: 9000 } })).waitedMs).toBe(
      2000,
    );
  });

  it("is another one for streams, until they begin", async () => {
    const request = { asked: { ...plainlyAsked, stream: true } };
    const settings = { timeoutMs: 3000, streamTimeoutMs: 400 };
    expect((await waitFor({ settings, request })).waitedMs).toBe(400);
    expect((await waitFor({ settings, own: { timeoutMs: 2000 }, request })).waitedMs).toBe(400);
    expect((await waitFor({ settings, own: { streamTimeoutMs: 700 }, request })).waitedMs).toBe(
      700,
    );
    expect((await waitFor({ settings })).waitedMs).toBe(3000);
  });

  it("is longer than any timer can be: it waits as long as a timer can", async () => {
    const { waitedMs } = await waitFor({ settings: { timeoutMs: Infinity } });
    expect(waitedMs).toBe(2 ** 31 - 1);
  });

  it("lets another deployment answer", async () => {
    const { send } = createWorld({
      deployments: [deployment("a", { timeoutMs: 100 }), deployment("b")],
      behaviours: { a: () => new Promise(() => {}) },
    });
    const { value, attempts } = await send();
    expect(value).toBe("b");
    expect(attempts[0]).toMatchObject({
      deploymentId: "a",
      durationMs: 100,
      error: { code: "timeout" },
    });
  });

  it("is not mistaken for what the provider makes of its signal", async () => {
    const { fail } = createWorld({
      deployments: [deployment("a", { timeoutMs: 100 })],
      behaviours: {
        a: ({ signal }) =>
          new Promise((_, reject) => {
            signal.addEventListener("abort", () => reject(failure("network")));
          }),
      },
    });
    expect((await fail()).code).toBe("timeout");
  });
});

describe("a client that goes away", () => {
  const leaving = async (behaviour: (attempt: Attempt) => unknown, leaveAtMs: number) => {
    const client = new AbortController();
    const world = createWorld({
      deployments: [deployment("a"), deployment("b")],
      behaviours: { a: behaviour, b: behaviour },
    });
    const run = world.router.run(requestFor("whisper", { signal: client.signal }), world.call);
    const ended = run.then(
      () => "answered",
      (error: unknown) => error,
    );
    await world.clock.advance(leaveAtMs);
    client.abort(new Error("socket closed"));
    const error = await ended;
    await world.clock.advance(1_000_000);
    return { error, world };
  };

  it("ends the attempt at once, even one that takes no notice, and no other follows", async () => {
    const { error, world } = await leaving(() => new Promise(() => {}), 50);
    expect(error).toMatchObject({ code: "aborted", cause: { message: "socket closed" } });
    expect(world.calls).toEqual(["a"]);
    expect(world.router.health().map(({ inFlight }) => inFlight)).toEqual([0, 0]);
    expect(world.clock.pending()).toBe(0);
  });

  it("ends the pause between two attempts", async () => {
    const { error, world } = await leaving(() => {
      throw failure("overloaded");
    }, 100);
    expect(error).toMatchObject({ code: "aborted" });
    expect(world.calls).toEqual(["a", "b"]);
    expect(world.clock.pending()).toBe(0);
  });

  it("before anything began is not served at all", async () => {
    const { fail, calls } = createWorld({ deployments: [deployment("a")] });
    const error = await fail(requestFor("whisper", { signal: AbortSignal.abort() }));
    expect(error.code).toBe("aborted");
    expect(calls).toEqual([]);
  });

  it("while the state is asked is not served either", async () => {
    const client = new AbortController();
    const clock = createVirtualClock({ startMs: 1_000_000 });
    const memory = createMemoryState(clock);
    const state: RouterState = {
      ...memory,
      read: (keys) => {
        client.abort();
        return memory.read(keys);
      },
    };
    const { router, call, calls } = createWorld({
      deployments: [deployment("a")],
      options: { clock, state },
    });
    const run = router.run(requestFor("whisper", { signal: client.signal }), call);
    await expect(run).rejects.toMatchObject({ code: "aborted" });
    expect(calls).toEqual([]);
  });

  it("does not leave a listener on a signal that lives on", async () => {
    const client = new AbortController();
    const listeners = countListeners(client.signal);
    const { send } = createWorld({
      deployments: [deployment("a"), deployment("b")],
      behaviours: { a: ["bad_response"] },
    });
    await send(requestFor("whisper", { signal: client.signal }));
    expect(listeners()).toBe(0);
  });
});
