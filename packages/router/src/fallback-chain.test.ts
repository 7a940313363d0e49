import { describe, expect, it } from "vitest";
import { createWorld, deployment, requestFor } from "../test/router-world.ts";
import type { Behaviour, World } from "../test/router-world.ts";
import type { RouterSettings } from "./router-settings.ts";

const GROUPS = ["a", "b", "c", "d", "e", "f", "g", "h"];

/** One deployment in each of the groups a to h; all fail, except those that are told to work. */
const chainWorld = (settings: Partial<RouterSettings>, working: readonly string[] = []): World => {
  const failing: [string, Behaviour][] = GROUPS.filter((id) => !working.includes(id)).map((id) => [
    id,
    "bad_response",
  ]);
  return createWorld({
    deployments: GROUPS.map((id) => deployment(id, { group: id })),
    settings,
    behaviours: Object.fromEntries(failing),
  });
};

describe("fallbacks", () => {
  it("are tried in order after the group", async () => {
    const { send, calls } = chainWorld({ fallbacks: { a: ["b", "c"] } }, ["c"]);
    const result = await send(requestFor("a"));
    expect({ value: result.value, fallbackCount: result.fallbackCount }).toEqual({
      value: "c",
      fallbackCount: 2,
    });
    expect(calls).toEqual(["a", "b", "c"]);
  });

  it("have fallbacks of their own, without going in circles", async () => {
    const { fail, calls } = chainWorld({ fallbacks: { a: ["b", "c"], b: ["d", "a"], d: ["b"] } });
    await fail(requestFor("a"));
    expect(calls).toEqual(["a", "b", "d", "c"]);
  });

  it("come from the defaults for groups that name none", async () => {
    const settings = { fallbacks: { a: ["b"] }, defaultFallbacks: ["c"] };
    const first = chainWorld(settings);
    await first.fail(requestFor("a"));
    expect(first.calls).toEqual(["a", "b", "c"]);
    const second = chainWorld(settings);
    await second.fail(requestFor("d"));
    expect(second.calls).toEqual(["d", "c"]);
  });

  it("may be named for all groups at once", async () => {
    const { fail, calls } = chainWorld({
      fallbacks: { a: ["c"], "*": ["b"] },
      defaultFallbacks: ["d"],
    });
    await fail(requestFor("e"));
    expect(calls).toEqual(["e", "b"]);
  });

  it("that lead back to where the request began are left out without a word", async () => {
    const { fail } = chainWorld({
      fallbacks: { a: ["again"] },
      modelGroupAlias: { again: { model: "a", hidden: true } },
    });
    expect((await fail(requestFor("a"))).message).toBe("It said bad_response.");
  });

  it("are at most as many as the settings allow", async () => {
    const { fail, calls } = chainWorld({ defaultFallbacks: GROUPS });
    await fail(requestFor("h"));
    expect(calls).toEqual(["h", "a", "b", "c", "d", "e"]);
    const fewer = chainWorld({ defaultFallbacks: GROUPS, maxFallbacks: 2 });
    await fewer.fail(requestFor("h", { fallbacks: GROUPS }));
    expect(fewer.calls).toEqual(["h", "a", "b"]);
  });

  it("of a request that names ten thousand are as few, and the error stays short", async () => {
    const names = Array.from({ length: 10_000 }, (_, index) => `${"x".repeat(1000)}${index}`);
    const { fail, calls } = chainWorld({});
    const error = await fail(requestFor("a", { fallbacks: [...names.slice(0, 3), "b", ...names] }));
    expect(calls).toEqual(["a", "b"]);
    expect(error.message.length).toBeLessThan(5000);
  });

  it("of the request stand in place of the settings'", async () => {
    const { fail, calls } = chainWorld({ fallbacks: { a: ["b"], c: ["d"] } });
    await fail(requestFor("a", { fallbacks: ["c", "a", "c"] }));
    expect(calls).toEqual(["a", "c"]);
  });

  it("can be switched off", async () => {
    const { fail, calls } = chainWorld({ fallbacks: { a: ["b"] } });
    await fail(requestFor("a", { fallbacks: ["c"], disableFallbacks: true }));
    expect(calls).toEqual(["a"]);
  });

  it("are found under the asked name, the alias's target, or the pattern", async () => {
    const world = (name: string): World =>
      createWorld({
        deployments: [deployment("a", { group: "groq/*" }), deployment("b", { group: "b" })],
        settings: {
          fallbacks: { [name]: ["b"] },
          modelGroupAlias: { fast: { model: "groq/turbo", hidden: false } },
        },
        behaviours: { a: "bad_response" },
      });
    for (const [key, asked] of [
      ["fast", "fast"],
      ["groq/*", "fast"],
      ["groq/turbo", "groq/turbo"],
      ["groq/*", "groq/turbo"],
    ] as const)
      expect((await world(key).send(requestFor(asked))).value).toBe("b");
  });

  it("may name a single deployment by its id, and no deployment is planned twice", async () => {
    const { fail, calls } = createWorld({
      deployments: [
        deployment("a1", { group: "a" }),
        deployment("b1", { group: "b" }),
        deployment("b2", { group: "b" }),
      ],
      settings: { fallbacks: { a: ["b2", "b"] } },
      behaviours: { a1: "bad_response", b1: "bad_response", b2: "bad_response" },
    });
    await fail(requestFor("a"));
    expect(calls).toEqual(["a1", "b2", "b1"]);
  });

  it("that do not exist are left out, and named when all fails", async () => {
    const { fail, calls } = chainWorld({});
    const error = await fail(requestFor("a", { fallbacks: ["nonsense", "b"] }));
    expect(calls).toEqual(["a", "b"]);
    expect(error.code).toBe("bad_response");
    expect(error.message).toContain('model "nonsense" (model_not_found)');
  });

  it("hand the attempt what their own wildcard stands for", async () => {
    const { send, clock } = createWorld({
      deployments: [deployment("a", { group: "groq/*" }), deployment("b", { group: "azure/*" })],
      settings: { fallbacks: { "groq/*": ["azure/large"] } },
      behaviours: { a: "bad_response", b: ({ wildcard, number }) => ({ wildcard, number }) },
    });
    expect((await send(requestFor("groq/turbo"))).value).toEqual({ wildcard: "large", number: 2 });
    expect(clock.pending()).toBe(0);
  });
});
