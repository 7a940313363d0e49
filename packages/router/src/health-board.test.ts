import { ERROR_CODES, ERROR_POLICY } from "@earshot/core";
import { describe, expect, it } from "vitest";
import { createWorld, deployment, failure, requestFor } from "../test/router-world.ts";
import type { World, WorldOptions } from "../test/router-world.ts";
import type { Deployment } from "./router.ts";

/** `a` is tried first whenever it may be; `b` stands by. Each request makes one attempt a deployment. */
const pairWorld = (
  a: Partial<Deployment> = {},
  world: Omit<WorldOptions, "deployments"> = {},
): World =>
  createWorld({ deployments: [deployment("a", a), deployment("b", { weight: 0 })], ...world });

const callsOf = async (world: World): Promise<readonly string[]> => {
  world.calls.length = 0;
  await world.send();
  return [...world.calls];
};

describe("cooling down", () => {
  it("keeps requests away for as long as the settings say", async () => {
    const world = pairWorld({}, { behaviours: { a: ["provider_authentication"] } });
    expect(await callsOf(world)).toEqual(["a", "b"]);
    await world.clock.advance(4999);
    expect(await callsOf(world)).toEqual(["b"]);
    await world.clock.advance(1);
    expect(await callsOf(world)).toEqual(["a"]);
  });

  it.each(ERROR_CODES.filter((code) => ERROR_POLICY[code].retry !== "never"))(
    "comes at once, after too many failures, or not at all, as the policy says: %s",
    async (code) => {
      const world = pairWorld({}, { behaviours: { a: code } });
      const attempts: number[] = [];
      for (let request = 0; request < 6; request++)
        attempts.push((await callsOf(world)).filter((id) => id === "a").length);
      const expected = {
        trip: [1, 0, 0, 0, 0, 0],
        count: [1, 1, 1, 1, 0, 0],
        none: [1, 1, 1, 1, 1, 1],
      };
      expect(attempts).toEqual(expected[ERROR_POLICY[code].health]);
    },
  );

  it("lasts as long as the provider asks when that is longer, and not when it is shorter", async () => {
    const world = pairWorld(
      {},
      {
        behaviours: {
          a: [
            failure("rate_limited", { retryAfterMs: 30_000 }),
            failure("rate_limited", { retryAfterMs: 1 }),
          ],
        },
      },
    );
    await world.send();
    await world.clock.advance(29_999);
    expect(await callsOf(world)).toEqual(["b"]);
    await world.clock.advance(1);
    expect(await callsOf(world)).toEqual(["a", "b"]);
    await world.clock.advance(4999);
    expect(await callsOf(world)).toEqual(["b"]);
  });

  it("counts the failures of one minute only", async () => {
    const world = pairWorld({}, { behaviours: { a: "bad_response" } });
    for (let request = 0; request < 3; request++) await world.send();
    await world.clock.advance(60_000);
    for (let request = 0; request < 3; request++) await world.send();
    expect(await callsOf(world)).toEqual(["a", "b"]);
    expect(await callsOf(world)).toEqual(["b"]);
  });

  it("obeys the deployment's own limits", async () => {
    const world = pairWorld(
      { allowedFails: 0, cooldownMs: 60_000 },
      { behaviours: { a: ["bad_response"] } },
    );
    await world.send();
    await world.clock.advance(59_999);
    expect(await callsOf(world)).toEqual(["b"]);
  });

  it("can be switched off for one deployment or for all", async () => {
    const behaviours = { a: failure("quota_exhausted", { retryAfterMs: 60_000 }) };
    const one = pairWorld({ cooldownMs: 0 }, { behaviours: { ...behaviours } });
    await one.send();
    expect(await callsOf(one)).toEqual(["a", "b"]);
    const all = pairWorld(
      {},
      { behaviours: { ...behaviours }, settings: { disableCooldowns: true } },
    );
    await all.send();
    expect(await callsOf(all)).toEqual(["a", "b"]);
  });

  it("obeys a policy for single errors, also for those that cool down at once", async () => {
    const world = pairWorld(
      {},
      {
        settings: { allowedFailsPolicy: { rate_limited: 1 } },
        behaviours: { a: ["bad_response", "rate_limited", "rate_limited"] },
      },
    );
    await world.send();
    await world.send();
    expect(await callsOf(world)).toEqual(["a", "b"]);
    expect(await callsOf(world)).toEqual(["b"]);
  });
});

describe("a group's only deployment", () => {
  const aloneWorld = (code: "rate_limited" | "bad_response" | "provider_authentication") =>
    createWorld({
      deployments: [deployment("a"), deployment("b", { group: "other" })],
      settings: { fallbacks: { whisper: ["other"] }, allowedFails: 0 },
      behaviours: { a: code },
    });

  it.each(["rate_limited", "bad_response"] as const)("is spared for %s", async (code) => {
    const world = aloneWorld(code);
    await world.send();
    expect(await callsOf(world)).toEqual(["a", "b"]);
  });

  it("is not spared for what does not pass by itself, so that fallbacks come first", async () => {
    const world = aloneWorld("provider_authentication");
    await world.send();
    expect(await callsOf(world)).toEqual(["b"]);
  });

  it("is not spared when it states its own allowed_fails", async () => {
    const world = createWorld({
      deployments: [deployment("a", { allowedFails: 0 }), deployment("b", { group: "other" })],
      settings: { fallbacks: { whisper: ["other"] } },
      behaviours: { a: "bad_response" },
    });
    await world.send();
    expect(await callsOf(world)).toEqual(["b"]);
  });
});

describe("when everything is cooling down", () => {
  const world = () =>
    createWorld({
      deployments: [
        deployment("long", { cooldownMs: 20_000 }),
        deployment("short", { cooldownMs: 10_000 }),
        deployment("fallback", { group: "other", cooldownMs: 15_000 }),
      ],
      settings: { fallbacks: { whisper: ["other"], other: ["whisper"] } },
      behaviours: {
        long: ["provider_authentication"],
        short: ["provider_authentication"],
        fallback: ["provider_authentication"],
      },
    });

  it("the one whose cooldown ends first is tried rather than nobody", async () => {
    const { fail, send, calls } = world();
    await fail();
    calls.length = 0;
    expect((await send()).value).toBe("short");
    expect(calls).toEqual(["short"]);
  });

  it("the next ones follow, each once", async () => {
    const { fail, calls, behaviours } = world();
    await fail();
    calls.length = 0;
    for (const id of ["long", "short", "fallback"]) behaviours[id] = "provider_authentication";
    await fail();
    expect(calls).toEqual(["short", "fallback", "long"]);
  });

  it("an answer proves that it is well again", async () => {
    const { fail, send, calls, router } = world();
    await fail();
    expect(router.health()[1]?.cooledUntilMs).toBeDefined();
    await send();
    expect(router.health()[1]?.cooledUntilMs).toBeUndefined();
    calls.length = 0;
    await send();
    expect(calls).toEqual(["short"]);
  });
});

describe("after a cooldown", () => {
  it("one request at a time finds out whether the deployment is well", async () => {
    const world = pairWorld({}, { behaviours: { a: ["provider_authentication"] } });
    await world.send();
    await world.clock.advance(5000);
    const { promise: answered, resolve: answer } = withResolvers();
    world.behaviours["a"] = () => answered;
    world.calls.length = 0;
    const together = [1, 2, 3].map(() => world.router.run(requestFor(), world.call));
    await world.clock.advance(0);
    await world.send();
    expect(world.calls.toSorted()).toEqual(["a", "b", "b", "b"]);
    answer();
    await world.clock.run(Promise.all(together));
    delete world.behaviours["a"];
    expect(await callsOf(world)).toEqual(["a"]);
  });

  it("one failure is enough to cool it down again", async () => {
    const world = pairWorld({}, { behaviours: { a: ["provider_authentication", "bad_response"] } });
    await world.send();
    await world.clock.advance(5000);
    expect(await callsOf(world)).toEqual(["a", "b"]);
    expect(await callsOf(world)).toEqual(["b"]);
  });

  it("an answer makes it as good as new", async () => {
    const world = pairWorld({}, { behaviours: { a: "bad_response" } });
    for (let request = 0; request < 4; request++) await world.send();
    delete world.behaviours["a"];
    await world.clock.advance(5000);
    await world.send();
    world.behaviours["a"] = "bad_response";
    for (let request = 0; request < 4; request++) expect(await callsOf(world)).toEqual(["a", "b"]);
    expect(await callsOf(world)).toEqual(["b"]);
  });

  it("happens as often as it has to", async () => {
    const world = pairWorld();
    for (let round = 0; round < 3; round++) {
      world.behaviours["a"] = ["provider_authentication"];
      expect(await callsOf(world)).toEqual(["a", "b"]);
      expect(await callsOf(world)).toEqual(["b"]);
      await world.clock.advance(5000);
      expect(await callsOf(world)).toEqual(["a"]);
    }
  });

  it("a probe whose client goes away proves nothing, and blocks nobody", async () => {
    const world = pairWorld({}, { behaviours: { a: ["provider_authentication"] } });
    await world.send();
    await world.clock.advance(5000);
    world.behaviours["a"] = () => new Promise(() => {});
    const client = new AbortController();
    const probe = world.router.run(requestFor("whisper", { signal: client.signal }), world.call);
    const ended = probe.catch((error: unknown) => error);
    await world.clock.advance(0);
    client.abort();
    expect(await ended).toMatchObject({ code: "aborted" });
    delete world.behaviours["a"];
    expect(await callsOf(world)).toEqual(["a"]);
  });

  it("a deployment counts as well after a while without requests", async () => {
    const world = pairWorld({}, { behaviours: { a: ["provider_authentication", "bad_response"] } });
    await world.send();
    await world.clock.advance(65_000);
    expect(await callsOf(world)).toEqual(["a", "b"]);
    expect(await callsOf(world)).toEqual(["a"]);
  });
});

describe("health", () => {
  it("shows cooldowns, the last failure that counted, and what is in flight", async () => {
    const world = pairWorld(
      {},
      { behaviours: { a: ["provider_authentication", "empty_transcript"] } },
    );
    const { clock, router } = world;
    expect(router.health().map(({ inFlight }) => inFlight)).toEqual([0, 0]);
    await world.send();
    const [a, b] = router.health();
    expect(a).toMatchObject({
      deployment: { id: "a" },
      cooledUntilMs: clock.now() + 5000,
      lastError: { code: "provider_authentication" },
    });
    expect(b).toEqual({ deployment: b?.deployment, inFlight: 0 });
    await clock.advance(5000);
    expect(router.health()[0]?.cooledUntilMs).toBeUndefined();
    await world.send();
    expect(router.health()[0]?.lastError?.code).toBe("provider_authentication");
    await world.send();
    expect(router.health()[0]?.lastError).toBeUndefined();
  });
});

const withResolvers = () => {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
};
