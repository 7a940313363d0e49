import { describe, expect, it } from "vitest";
import { createWorld, deployment, failure, requestFor } from "../test/router-world.ts";
import { attemptsOf } from "./errors.ts";

const startsOf = (error: unknown): readonly number[] => {
  const starts = attemptsOf(error).map(({ startedAtMs }) => startedAtMs);
  return starts.map((startMs) => startMs - (starts[0] ?? 0));
};

describe("retries", () => {
  it("try the same deployment again after growing pauses", async () => {
    const { fail } = createWorld({
      deployments: [deployment("a")],
      behaviours: { a: "network" },
      settings: { numRetries: 6 },
    });
    expect(startsOf(await fail())).toEqual([0, 250, 750, 1750, 3750, 7750, 11_750]);
  });

  it("leave up to half of a pause to chance", async () => {
    const { fail } = createWorld({
      deployments: [deployment("a")],
      behaviours: { a: "network" },
      random: () => 0.5,
    });
    expect(startsOf(await fail())).toEqual([0, 375, 1125]);
  });

  it("pause at least as long as retry_after says", async () => {
    const { fail } = createWorld({
      deployments: [deployment("a")],
      behaviours: { a: "network" },
      settings: { retryAfterMs: 600 },
    });
    expect(startsOf(await fail())).toEqual([0, 600, 1200]);
  });

  it("wait as long as the provider asks when there is nothing else", async () => {
    const { send, clock } = createWorld({
      deployments: [deployment("a")],
      behaviours: { a: [failure("rate_limited", { retryAfterMs: 20_000 })] },
    });
    const startedAtMs = clock.now();
    expect((await send()).value).toBe("a");
    expect(clock.now() - startedAtMs).toBe(20_000);
  });

  it("add some chance to what the provider asks for, so that not all come back at once", async () => {
    const { send, clock } = createWorld({
      deployments: [deployment("a")],
      behaviours: { a: [failure("rate_limited", { retryAfterMs: 20_000 })] },
      random: () => 0.5,
    });
    const startedAtMs = clock.now();
    await send();
    expect(clock.now() - startedAtMs).toBe(21_000);
  });

  it("wait for a whole minute if they must", async () => {
    const { send } = createWorld({
      deployments: [deployment("a")],
      behaviours: { a: [failure("rate_limited", { retryAfterMs: 60_000 })] },
      random: () => 0.99,
    });
    expect((await send()).value).toBe("a");
  });

  it("do not wait longer than a minute: the client is told instead", async () => {
    const { fail, clock, calls } = createWorld({
      deployments: [deployment("a")],
      behaviours: { a: failure("rate_limited", { retryAfterMs: 70_000 }) },
    });
    const startedAtMs = clock.now();
    const error = await fail();
    expect({ code: error.code, retryAfterMs: error.retryAfterMs }).toEqual({
      code: "rate_limited",
      retryAfterMs: 70_000,
    });
    expect(clock.now()).toBe(startedAtMs);
    expect(calls).toEqual(["a"]);
  });

  it("go to another deployment without waiting, and come back in rounds", async () => {
    const { fail, calls } = createWorld({
      deployments: [deployment("a"), deployment("b")],
      behaviours: { a: "overloaded", b: "network" },
    });
    const error = await fail();
    expect(calls).toEqual(["a", "b", "a", "b", "a", "b"]);
    expect(startsOf(error)).toEqual([0, 0, 250, 250, 750, 750]);
  });

  it.each([0, 1, -5, Number.NaN])("pause as usual when the provider asks for %s ms", async (ms) => {
    const { fail } = createWorld({
      deployments: [deployment("a")],
      behaviours: { a: failure("rate_limited", { retryAfterMs: ms }) },
    });
    expect(startsOf(await fail())).toEqual([0, 250, 750]);
  });

  it("pause longer than the provider asks when the usual pause is longer", async () => {
    const { fail } = createWorld({
      deployments: [deployment("a")],
      behaviours: { a: failure("overloaded", { retryAfterMs: 300 }) },
      settings: { numRetries: 3 },
    });
    expect(startsOf(await fail())).toEqual([0, 300, 800, 1800]);
  });

  it("do not wait for a provider that asks for ever", async () => {
    const { fail, send, clock, behaviours } = createWorld({
      deployments: [deployment("a"), deployment("b")],
      behaviours: { a: [failure("rate_limited", { retryAfterMs: Infinity })], b: "bad_response" },
    });
    const startedAtMs = clock.now();
    await fail();
    expect(clock.now()).toBe(startedAtMs);
    delete behaviours["b"];
    await clock.advance(3_600_000);
    expect((await send()).value).toBe("a");
  });

  it("go to a fallback rather than wait for a rate limit to pass", async () => {
    const { send, calls, clock } = createWorld({
      deployments: [deployment("a"), deployment("b", { group: "other" })],
      behaviours: { a: failure("rate_limited", { retryAfterMs: 2000 }) },
      settings: { fallbacks: { whisper: ["other"] } },
    });
    const startedAtMs = clock.now();
    const result = await send();
    expect({ value: result.value, fallbackCount: result.fallbackCount }).toEqual({
      value: "b",
      fallbackCount: 1,
    });
    expect(calls).toEqual(["a", "b"]);
    expect(clock.now()).toBe(startedAtMs);
  });

  it("go to a fallback rather than wait long, whatever the reason", async () => {
    const { send, calls } = createWorld({
      deployments: [deployment("a"), deployment("b", { group: "other" })],
      behaviours: { a: failure("overloaded", { retryAfterMs: 30_000 }) },
      settings: { fallbacks: { whisper: ["other"] } },
    });
    expect((await send()).value).toBe("b");
    expect(calls).toEqual(["a", "b"]);
  });

  it("come back to the rate limited one when the fallback fails as well", async () => {
    const { send, calls } = createWorld({
      deployments: [deployment("a"), deployment("b", { group: "other" })],
      behaviours: { a: [failure("rate_limited", { retryAfterMs: 2000 })], b: "bad_response" },
      settings: { fallbacks: { whisper: ["other"] } },
    });
    expect((await send()).value).toBe("a");
    expect(calls).toEqual(["a", "b", "a"]);
  });

  it.each(["timeout", "bad_response", "provider_authentication", "empty_transcript"] as const)(
    "are useless on the same deployment after %s",
    async (code) => {
      const { fail, calls } = createWorld({
        deployments: [deployment("a"), deployment("b")],
        behaviours: { a: code, b: code },
      });
      expect((await fail()).code).toBe(code);
      expect(calls).toEqual(["a", "b"]);
    },
  );

  it.each(["invalid_request", "audio_unreadable", "internal", "forbidden"] as const)(
    "are useless anywhere after %s",
    async (code) => {
      const { fail, calls } = createWorld({
        deployments: [deployment("a"), deployment("b"), deployment("c", { group: "other" })],
        behaviours: { a: code, b: code, c: code },
        settings: { fallbacks: { whisper: ["other"] } },
      });
      const error = await fail();
      expect(error.message).toBe(`It said ${code}.`);
      expect(attemptsOf(error)).toHaveLength(1);
      expect(calls).toEqual(["a"]);
    },
  );

  it("take an error that is none of ours for a mistake in the program", async () => {
    const mistake = new TypeError("x is not a function");
    const { fail } = createWorld({
      deployments: [deployment("a")],
      behaviours: {
        a: () => {
          throw mistake;
        },
      },
    });
    const error = await fail();
    expect(error.code).toBe("internal");
    expect(error.cause).toBe(mistake);
    expect(error.message).not.toContain("function");
  });
});

describe("the number of retries", () => {
  const callsWith = async (
    world: Parameters<typeof createWorld>[0],
    numRetries?: number,
  ): Promise<number> => {
    const { fail, calls } = createWorld({ behaviours: { a: "overloaded" }, ...world });
    await fail(requestFor("whisper", numRetries === undefined ? {} : { numRetries }));
    return calls.length;
  };

  it("is 2 when nothing is said", async () => {
    expect(await callsWith({ deployments: [deployment("a")] })).toBe(3);
  });

  it("comes from the settings or the deployment, and the request can only lower it", async () => {
    const settings = { numRetries: 1 };
    expect(await callsWith({ deployments: [deployment("a")], settings })).toBe(2);
    const own = deployment("a", { numRetries: 4 });
    expect(await callsWith({ deployments: [own], settings })).toBe(5);
    expect(await callsWith({ deployments: [own], settings }, 0)).toBe(1);
    expect(await callsWith({ deployments: [own], settings }, 100)).toBe(5);
    expect(await callsWith({ deployments: [deployment("a")] }, 100)).toBe(3);
  });

  it("comes from the policies for the errors that they name, the group's before all", async () => {
    const deployments = [deployment("a", { numRetries: 5 })];
    const retryPolicy = { overloaded: 3, network: 0 };
    expect(await callsWith({ deployments, settings: { retryPolicy } })).toBe(4);
    expect(await callsWith({ deployments, settings: { retryPolicy } }, 1)).toBe(2);
    expect(await callsWith({ deployments, settings: { retryPolicy } }, 100)).toBe(4);
    const modelGroupRetryPolicy = { whisper: { overloaded: 0 }, other: { overloaded: 9 } };
    expect(await callsWith({ deployments, settings: { retryPolicy, modelGroupRetryPolicy } })).toBe(
      1,
    );
  });

  it("counts repeats on one deployment, not how many are tried", async () => {
    const { fail, calls } = createWorld({
      deployments: ["a", "b", "c"].map((id) => deployment(id, id === "c" ? { numRetries: 0 } : {})),
      behaviours: { a: "bad_response", b: "overloaded", c: "overloaded" },
      settings: { numRetries: 1 },
    });
    await fail();
    expect(calls).toEqual(["a", "b", "c", "b"]);
  });
});
