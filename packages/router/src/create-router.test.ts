import { ROUTING_STRATEGIES } from "@earshot/core";
import { describe, expect, it } from "vitest";
import {
  createWorld,
  deployment,
  failure,
  plainlyAsked,
  requestFor,
} from "../test/router-world.ts";
import type { Behaviour, World } from "../test/router-world.ts";
import { seededRandom } from "../test/seeded-random.ts";
import { attemptsOf } from "./errors.ts";
import type { RouterSettings } from "./router-settings.ts";
import type { Deployment } from "./router.ts";

describe("one request", () => {
  it("is answered by the group's deployment", async () => {
    const { send, clock } = createWorld({ deployments: [deployment("a")] });
    const startedAtMs = clock.now();
    const result = await send();
    expect(result.value).toBe("a");
    expect(result.deployment.id).toBe("a");
    expect(result.fallbackCount).toBe(0);
    expect(result.attempts).toEqual([
      { deploymentId: "a", group: "whisper", startedAtMs, durationMs: 0 },
    ]);
    expect(clock.pending()).toBe(0);
  });

  it("goes to another deployment at once when one is rate limited", async () => {
    const { send, calls, clock } = createWorld({
      deployments: [deployment("a"), deployment("b")],
      behaviours: { a: "rate_limited" },
    });
    const startedAtMs = clock.now();
    expect((await send()).value).toBe("b");
    expect(calls).toEqual(["a", "b"]);
    expect(clock.now()).toBe(startedAtMs);
  });

  it("fails with one clear error when all fail", async () => {
    const { fail } = createWorld({
      deployments: [deployment("a"), deployment("b")],
      behaviours: { a: "provider_authentication", b: "quota_exhausted" },
    });
    const error = await fail();
    expect(error.code).toBe("quota_exhausted");
    expect(error.message).toContain("a (provider_authentication)");
    expect(attemptsOf(error).map(({ deploymentId }) => deploymentId)).toEqual(["a", "b"]);
  });

  it("is refused with the known models when there is no such model", async () => {
    const { fail, calls } = createWorld({ deployments: [deployment("a")] });
    const error = await fail(requestFor("wisper"));
    expect(error.code).toBe("model_not_found");
    expect(error.param).toBe("model");
    expect(error.message).toContain('Did you mean "whisper"?');
    expect(calls).toEqual([]);
  });
});

const HEALTHY = "healthy";
const deadIds = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `dead-${index}`);

type Place = (ids: readonly string[]) => readonly [readonly Deployment[], Partial<RouterSettings>];

/** Where the only healthy deployment is. */
const places: Readonly<Record<string, Place>> = {
  "in the same group": (ids) => [[...ids, HEALTHY].map((id) => deployment(id)), {}],
  "in the last order level": (ids) => [
    [...ids, HEALTHY].map((id, order) => deployment(id, { order })),
    {},
  ],
  "in a fallback group": (ids) => [
    [...ids.map((id) => deployment(id)), deployment(HEALTHY, { group: "other" })],
    { fallbacks: { whisper: ["other"] } },
  ],
  "behind fallback groups that are as dead": (ids) => [
    [...ids, HEALTHY].map((id, index) => deployment(id, { group: `group-${index % 6}` })),
    { defaultFallbacks: [...ids, HEALTHY].map((_, index) => `group-${index}`) },
  ],
  "over its rpm": (ids) => [
    [...ids.map((id) => deployment(id)), deployment(HEALTHY, { rpm: 1 })],
    {},
  ],
};

const deaths: Readonly<Record<string, Behaviour>> = {
  rate_limited: failure("rate_limited", { retryAfterMs: 20_000 }),
  timeout: "timeout",
  provider_authentication: "provider_authentication",
  network: "network",
  provider_error: "provider_error",
  overloaded: failure("overloaded", { retryAfterMs: 0 }),
  bad_response: "bad_response",
};

const worldWith = (
  [deployments, own]: ReturnType<Place>,
  death: Behaviour,
  settings: Partial<RouterSettings> = {},
): World =>
  createWorld({
    deployments,
    settings: { ...own, ...settings },
    behaviours: Object.fromEntries(
      deployments.filter(({ id }) => id !== HEALTHY).map(({ id }) => [id, death]),
    ),
    random: seededRandom(5),
  });

describe("five dead deployments and a healthy one", () => {
  for (const [place, build] of Object.entries(places))
    it.each(Object.keys(deaths))(`${place}: %s fails nobody`, async (name) => {
      const layout = build(deadIds(5));
      const group = layout[0][0]?.group ?? "";
      const world = worldWith(layout, deaths[name] ?? "network");
      for (let count = 0; count < 50; count++) {
        const { value, attempts } = await world.send(requestFor(group));
        expect(value).toBe(HEALTHY);
        expect(attempts.length).toBeLessThanOrEqual(6);
      }
    });

  it.each(ROUTING_STRATEGIES)("fail none of 1000 requests by %s", async (strategy) => {
    const layout = places["in the same group"]?.(deadIds(5)) ?? [[], {}];
    const world = worldWith(layout, "provider_error", { strategy });
    for (let count = 0; count < 1000; count++) {
      expect((await world.send()).value).toBe(HEALTHY);
      await world.clock.advance(count % 7 === 0 ? 6000 : 10);
    }
  });

  it.each([
    ["without retries", { numRetries: 0 }],
    ["without cooldowns", { disableCooldowns: true }],
    ["whose policy allows no retries", { retryPolicy: { network: 0 } }],
  ])("%s fail nobody", async (_name, settings) => {
    const world = worldWith([[...deadIds(5), HEALTHY].map((id) => deployment(id)), {}], "network", {
      ...settings,
    });
    for (let count = 0; count < 50; count++) expect((await world.send()).value).toBe(HEALTHY);
  });

  it("fail no stream", async () => {
    const world = worldWith([[...deadIds(5), HEALTHY].map((id) => deployment(id)), {}], "network");
    const request = requestFor("whisper", { asked: { ...plainlyAsked, stream: true } });
    for (let count = 0; count < 50; count++)
      expect((await world.send(request)).value).toBe(HEALTHY);
  });

  it("that hang fail nobody as long as the time for the whole request lasts", async () => {
    const layout = places["in the last order level"]?.(deadIds(5)) ?? [[], {}];
    const world = worldWith(layout, () => new Promise(() => {}), { timeoutMs: 100_000 });
    expect((await world.send()).value).toBe(HEALTHY);
  });
});

describe("every deployment that can serve", () => {
  it("is tried, however many there are", async () => {
    const layout = places["in the last order level"]?.(deadIds(50)) ?? [[], {}];
    const { send, calls } = worldWith(layout, "overloaded", { numRetries: 0 });
    expect((await send()).value).toBe(HEALTHY);
    expect(new Set(calls).size).toBe(51);
  });

  it("is tried once before any is tried twice, those that cool down included", async () => {
    const { fail, calls, behaviours } = createWorld({
      deployments: [
        deployment("cooling", { cooldownMs: 600_000 }),
        deployment("a"),
        deployment("b", { order: 2 }),
        deployment("c", { group: "other" }),
      ],
      settings: { fallbacks: { whisper: ["other"] }, numRetries: 1 },
      behaviours: { cooling: ["provider_authentication"], a: "overloaded", b: "overloaded" },
    });
    behaviours["c"] = "overloaded";
    await fail();
    calls.length = 0;
    behaviours["cooling"] = "overloaded";
    await fail();
    expect(new Set(calls.slice(0, 4))).toEqual(new Set(["a", "b", "c", "cooling"]));
    expect(calls.slice(0, 4).at(-1)).toBe("cooling");
    expect(calls.slice(4).toSorted()).toEqual(["a", "b", "c", "cooling"]);
  });

  it("is tried once only, by however many roads it can be reached", async () => {
    const { fail, calls } = createWorld({
      deployments: [deployment("a"), deployment("b"), deployment("c", { group: "other" })],
      settings: {
        fallbacks: { whisper: ["b", "alias", "other", "whisper"] },
        modelGroupAlias: { alias: { model: "whisper", hidden: false } },
        numRetries: 0,
      },
      behaviours: { a: "network", b: "network", c: "network" },
    });
    await fail();
    expect(calls.toSorted()).toEqual(["a", "b", "c"]);
  });

  it("is tried although another one is busy for long", async () => {
    const world = createWorld({
      deployments: [
        deployment("busy", { maxParallelRequests: 1 }),
        deployment("free", { group: "other" }),
      ],
      settings: { fallbacks: { whisper: ["other"] } },
      behaviours: { busy: () => new Promise(() => {}) },
    });
    const first = world.router.run(requestFor("busy"), world.call);
    await world.clock.advance(0);
    const request = requestFor("whisper", { totalTimeoutMs: 5000 });
    expect((await world.send(request)).value).toBe("free");
    await world.clock.run(first);
  });
});
