import { describe, expect, it } from "vitest";
import { createWorld, deployment, requestFor } from "../test/router-world.ts";
import type { Behaviour, World } from "../test/router-world.ts";
import { createModelIndex } from "./model-index.ts";
import type { ModelGroupAlias, RouterSettings } from "./router-settings.ts";

const indexOf = (groups: readonly string[], aliases: Record<string, ModelGroupAlias> = {}) =>
  createModelIndex(
    groups.map((group, number) => deployment(`d${number}`, { group })),
    aliases,
  );
const shown = (model: string): ModelGroupAlias => ({ model, hidden: false });

describe("resolving a model", () => {
  it("finds all deployments of a group", () => {
    const resolved = indexOf(["whisper", "other", "whisper"]).resolve("whisper");
    expect(resolved?.deployments.map(({ id }) => id)).toEqual(["d0", "d2"]);
    expect(resolved?.wildcard).toBeUndefined();
  });

  it("follows an alias, also to another alias, and not in circles", () => {
    const index = indexOf(["whisper"], {
      "whisper-1": shown("speech"),
      speech: shown("whisper"),
      left: shown("right"),
      right: shown("left"),
    });
    expect(index.resolve("whisper-1")?.group).toBe("whisper");
    expect(index.resolve("left")).toBeUndefined();
  });

  it("prefers an alias to a group of the same name", () => {
    const index = indexOf(["whisper", "groq"], { whisper: shown("groq") });
    expect(index.resolve("whisper")?.group).toBe("groq");
  });

  it("finds a single deployment by its id", () => {
    expect(indexOf(["whisper", "whisper"]).resolve("d1")?.deployments).toHaveLength(1);
  });

  it("finds no deployment of a pattern by its id: nothing says what the wildcard stands for", () => {
    expect(indexOf(["groq/*"]).resolve("d0")).toBeUndefined();
  });

  it("captures what the wildcard stands for", () => {
    const index = indexOf(["groq/*", "*-turbo", "a*b*"]);
    expect(index.resolve("groq/whisper-large-v3")?.wildcard).toBe("whisper-large-v3");
    expect(index.resolve("whisper-turbo")?.wildcard).toBe("whisper");
    expect(index.resolve("a1b2")?.wildcard).toBe("1");
    expect(indexOf(["*"]).resolve("anything/at all")?.wildcard).toBe("anything/at all");
  });

  it("lets the most specific pattern win, and an exact group before all", () => {
    const index = indexOf(["*", "groq/*", "groq/whisper-*", "groq/whisper-exact"]);
    expect(index.resolve("groq/whisper-large")?.group).toBe("groq/whisper-*");
    expect(index.resolve("groq/other")?.group).toBe("groq/*");
    expect(index.resolve("deepgram/nova")?.group).toBe("*");
    expect(index.resolve("groq/whisper-exact")?.wildcard).toBeUndefined();
  });

  it("resolves an alias through a pattern", () => {
    const index = indexOf(["groq/*"], { fast: shown("groq/whisper-turbo") });
    expect(index.resolve("fast")?.wildcard).toBe("whisper-turbo");
  });

  it("is not fooled by names that every object has", () => {
    const index = indexOf(["whisper"]);
    for (const name of ["constructor", "__proto__", "toString", ""])
      expect(index.resolve(name)).toBeUndefined();
  });
});

describe("the visible names", () => {
  it("are groups, patterns and aliases without the hidden ones", () => {
    const index = indexOf(["whisper", "groq/*", "whisper"], {
      "whisper-1": shown("whisper"),
      secret: { model: "whisper", hidden: true },
    });
    expect(index.visibleNames).toEqual(["whisper", "groq/*", "whisper-1"]);
    expect(index.resolve("secret")?.group).toBe("whisper");
  });

  it("are named when a model is unknown, with the nearest, up to a bound", () => {
    const index = indexOf(
      [...Array.from({ length: 30 }, (_, number) => `model-${number}`), "whisper"],
      {
        secret: { model: "whisper", hidden: true },
      },
    );
    const { code, message, param } = index.unknown("Whispr");
    expect({ code, param }).toEqual({ code: "model_not_found", param: "model" });
    expect(message).toContain('There is no model "Whispr". Did you mean "whisper"?');
    expect(message).toContain("model-19 and 11 more.");
    expect(message).not.toContain("secret");
    expect(index.unknown("something else entirely").message).not.toContain("Did you mean");
  });

  it("can be none", () => {
    expect(indexOf([]).unknown("whisper").message).toBe(
      'There is no model "whisper", nor any other.',
    );
  });
});

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
