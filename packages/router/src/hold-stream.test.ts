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
import type { RouterSettings } from "./router-settings.ts";
import type { Deployment, RouteRequest } from "./router.ts";

interface Streaming {
  readonly own?: Partial<Deployment>;
  readonly settings?: Partial<RouterSettings>;
  readonly request?: Partial<RouteRequest>;
}

const streamed = { ...plainlyAsked, stream: true };

/** A stream that has begun with the event `first`, on a deployment with one slot. */
const begin = async ({ own = {}, settings = {}, request = {} }: Streaming = {}) => {
  const source = createScriptedStream();
  const signals: AbortSignal[] = [];
  const world = createWorld({
    deployments: [deployment("a", { maxParallelRequests: 1, ...own })],
    settings: { numRetries: 0, ...settings },
    behaviours: {
      a: ({ holdStream, signal }) => {
        signals.push(signal);
        return { events: holdStream("first", source) };
      },
    },
  });
  const { value } = await world.send(requestFor("whisper", { asked: streamed, ...request }));
  const { events } = value as { events: AsyncIterable<string> };
  const iterator = events[Symbol.asyncIterator]();
  const state = () => {
    const [health] = world.router.health();
    return { inFlight: health?.inFlight, lastError: health?.lastError?.code };
  };
  const next = () => iterator.next().then(({ done, value: event }) => (done ? "the end" : event));
  return { ...world, source, signals, iterator, state, next };
};

describe("a held stream", () => {
  it("gives its events in order, and its slot back at the end", async () => {
    const { source, next, state } = await begin();
    source.push("second");
    expect([await next(), await next()]).toEqual(["first", "second"]);
    expect(state()).toEqual({ inFlight: 1, lastError: undefined });
    source.finish();
    expect(await next()).toBe("the end");
    expect(await next()).toBe("the end");
    expect(state()).toEqual({ inFlight: 0, lastError: undefined });
  });

  it("keeps others waiting for its slot until it is over", async () => {
    const { source, next, router, clock, calls, behaviours } = await begin();
    behaviours["a"] = () => "second";
    const second = router.run(requestFor(), async (attempt) => attempt.deployment.id);
    await clock.advance(5000);
    expect(calls).toEqual(["a"]);
    source.finish();
    await next();
    await next();
    expect((await clock.run(second)).value).toBe("a");
  });

  it("ends when its reader has had enough, also one that never began, however the source hangs", async () => {
    const { iterator, source, state } = await begin();
    source.return = () => new Promise(() => {});
    expect(await iterator.return?.()).toEqual({ done: true, value: undefined });
    expect(state()).toEqual({ inFlight: 0, lastError: undefined });
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  it("counts what breaks it against the deployment", async () => {
    const { source, next, state } = await begin();
    await next();
    source.fail(failure("network"));
    await expect(next()).rejects.toMatchObject({ code: "network" });
    await expect(next()).rejects.toMatchObject({ code: "network" });
    expect(state()).toEqual({ inFlight: 0, lastError: "network" });
  });

  it("takes a mistake of the source for an internal error", async () => {
    const { source, next, state } = await begin();
    await next();
    source.fail(new TypeError("undefined is not a function"));
    await expect(next()).rejects.toBeInstanceOf(TypeError);
    expect(state().inFlight).toBe(0);
  });

  it("ends when the client goes away, which is nobody's fault", async () => {
    const client = new AbortController();
    const { next, state, signals } = await begin({ request: { signal: client.signal } });
    await next();
    const waiting = next();
    client.abort();
    await expect(waiting).rejects.toMatchObject({ code: "aborted" });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(state()).toEqual({ inFlight: 0, lastError: undefined });
  });

  it("leaves no timer and no listener behind", async () => {
    const { signal } = new AbortController();
    const listeners = countListeners(signal);
    const { source, next, clock } = await begin({ request: { signal } });
    source.finish();
    await next();
    await next();
    expect([clock.pending(), listeners()]).toEqual([0, 0]);
  });

  it("means nothing when the attempt fails after all", async () => {
    const world = createWorld({
      deployments: [deployment("a")],
      settings: { numRetries: 0 },
      behaviours: {
        a: ({ holdStream }) => {
          holdStream("first", createScriptedStream());
          throw failure("bad_response");
        },
      },
    });
    await world.fail();
    expect(world.router.health()).toMatchObject([{ inFlight: 0 }]);
    expect(world.clock.pending()).toBe(0);
  });
});

describe("a stream that stands still", () => {
  it.each<[string, Streaming, number]>([
    ["a minute, when nothing is configured", {}, 60_000],
    ["the settings' stream_timeout", { settings: { streamTimeoutMs: 9000 } }, 9000],
    ["the deployment's stream_timeout", { own: { streamTimeoutMs: 8000 } }, 8000],
    [
      "the settings' stream_idle_timeout",
      { settings: { streamIdleTimeoutMs: 3000 }, own: { streamTimeoutMs: 8000 } },
      3000,
    ],
    [
      "the deployment's stream_idle_timeout",
      { settings: { streamIdleTimeoutMs: 3000 }, own: { streamIdleTimeoutMs: 1500 } },
      1500,
    ],
  ])("is given up after %s", async (_, options, idleMs) => {
    const { clock, next, source, state, signals } = await begin(options);
    await next();
    source.push("second");
    await next();
    const startedAtMs = clock.now();
    const waiting = next();
    await expect(clock.run(waiting)).rejects.toMatchObject({
      code: "timeout",
      message: `The stream of a sent nothing for ${idleMs / 1000} s (stream_idle_timeout).`,
    });
    expect(clock.now() - startedAtMs).toBe(idleMs);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(state()).toEqual({ inFlight: 0, lastError: "timeout" });
  });

  it("is not one whose reader is slow", async () => {
    const { clock, next, source, state } = await begin({ own: { timeoutMs: 500_000 } });
    await next();
    await clock.advance(400_000);
    source.push("second");
    expect(await next()).toBe("second");
    expect(state()).toEqual({ inFlight: 1, lastError: undefined });
  });
});

describe("a stream without end", () => {
  it.each<[string, Streaming, number]>([
    ["the deployment's timeout", { own: { timeoutMs: 50_000 } }, 50_000],
    ["the settings' timeout", { settings: { timeoutMs: 70_000 } }, 70_000],
    ["what the request has left", { request: { totalTimeoutMs: 20_000 } }, 20_000],
  ])("is given up after %s", async (_, options, totalMs) => {
    const { clock, next, source, state } = await begin(options);
    const startedAtMs = clock.now();
    let failed: unknown;
    while (failed === undefined) {
      source.push("more");
      await next().catch((error: unknown) => {
        failed = error;
      });
      await clock.advance(1000);
    }
    expect(failed).toMatchObject({
      code: "timeout",
      message: "The stream of a was not complete in time (timeout).",
    });
    expect(clock.now() - startedAtMs).toBe(totalMs + 1000);
    expect(state().inFlight).toBe(0);
  });

  it("is given up also while nobody reads it", async () => {
    const { clock, next, state, signals } = await begin({ own: { timeoutMs: 50_000 } });
    await clock.advance(50_000);
    expect(state()).toEqual({ inFlight: 0, lastError: "timeout" });
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    await expect(next()).rejects.toMatchObject({ code: "timeout" });
  });

  it("has the time that its beginning left over", async () => {
    const { source } = { source: createScriptedStream() };
    const world = createWorld({
      deployments: [deployment("a", { timeoutMs: 50_000 })],
      behaviours: {
        a: async ({ holdStream }) => {
          await world.clock.sleep(45_000);
          return holdStream("first", source);
        },
      },
    });
    await world.send(requestFor("whisper", { asked: streamed }));
    await world.clock.advance(4999);
    expect(world.router.health()).toMatchObject([{ inFlight: 1 }]);
    await world.clock.advance(1);
    expect(world.router.health()).toMatchObject([{ inFlight: 0 }]);
  });
});
