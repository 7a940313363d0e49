import { describe, expect, it } from "vitest";
import { createWorld, deployment, requestFor } from "../test/router-world.ts";
import { attemptsOf } from "./errors.ts";

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
