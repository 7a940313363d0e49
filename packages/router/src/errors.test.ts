import { TranscriptionError } from "@earshot/core";
import type { ErrorCode, TranscriptionErrorDetails } from "@earshot/core";
import { describe, expect, it } from "vitest";
import { createWorld, deployment, failure, requestFor } from "../test/router-world.ts";
import { attemptsOf, combinedError } from "./errors.ts";

const combine = (...errors: readonly TranscriptionError[]): TranscriptionError =>
  combinedError({
    model: "whisper",
    attempts: errors.map((error, number) => ({
      deploymentId: `d${number}`,
      group: "whisper",
      error,
      startedAtMs: 0,
      durationMs: 0,
    })),
    refusals: [],
  });
const codeOf = (...codes: readonly ErrorCode[]): ErrorCode =>
  combine(...codes.map((code) => failure(code))).code;

describe("one error for many", () => {
  it("is the only one as it is", () => {
    const only = failure("bad_response");
    expect(combine(only)).toBe(only);
  });

  it("names each deployment with what it answered", () => {
    const details: TranscriptionErrorDetails = { upstreamStatus: 503 };
    const error = combine(
      failure("overloaded", { ...details, message: "Busy." }),
      failure("timeout"),
    );
    expect(error.message).toBe(
      'All 2 attempts for "whisper" failed. d0 (overloaded 503): Busy. d1 (timeout): It said timeout.',
    );
  });

  it("shortens what is too long", () => {
    const { message } = combine(
      failure("overloaded", { message: "x".repeat(5000) }),
      failure("timeout"),
    );
    expect(message.length).toBeLessThan(500);
  });

  it("is rate limited for the shortest time when all are", () => {
    const error = combine(
      failure("rate_limited", { retryAfterMs: 9000 }),
      failure("rate_limited", { retryAfterMs: 2000 }),
      failure("rate_limited", { retryAfterMs: 30_000 }),
    );
    expect({ code: error.code, retryAfterMs: error.retryAfterMs }).toEqual({
      code: "rate_limited",
      retryAfterMs: 2000,
    });
  });

  it("tells when the first of several full queues has room", () => {
    const error = combine(
      failure("queue_full", { retryAfterMs: 9000 }),
      failure("queue_full", { retryAfterMs: 4000 }),
    );
    expect(error).toMatchObject({ code: "queue_full", retryAfterMs: 4000 });
  });

  it("is the last one that may pass by itself, or else the last one", () => {
    expect(codeOf("rate_limited", "provider_authentication")).toBe("rate_limited");
    expect(codeOf("rate_limited", "overloaded", "bad_response")).toBe("overloaded");
    expect(codeOf("provider_authentication", "quota_exhausted")).toBe("quota_exhausted");
  });

  it("does not promise a moment when trying again is useless", () => {
    const error = combine(failure("quota_exhausted", { retryAfterMs: 5 }), failure("bad_response"));
    expect(error.retryAfterMs).toBeUndefined();
  });

  it("keeps the telling one's details and the error itself as its cause", () => {
    const telling = failure("network", {
      provider: "openai",
      upstreamStatus: 502,
      requestId: "req_1",
      param: "file",
    });
    const error = combine(failure("bad_response"), telling);
    expect(error).toMatchObject({
      cause: telling,
      provider: "openai",
      upstreamStatus: 502,
      requestId: "req_1",
      param: "file",
    });
  });

  it("counts how often one deployment failed, and lists the attempts", async () => {
    const { fail } = createWorld({
      deployments: [deployment("a"), deployment("b", { group: "other" })],
      settings: { fallbacks: { whisper: ["other"] } },
      behaviours: { a: "network", b: "provider_authentication" },
    });
    const error = await fail();
    expect(error.message).toBe(
      'All 4 attempts for "whisper" failed. a (network, 3 times): It said network. ' +
        "b (provider_authentication): It said provider_authentication.",
    );
    expect(
      attemptsOf(error).map(({ deploymentId, error: own }) => [deploymentId, own?.code]),
    ).toEqual([
      ["a", "network"],
      ["b", "provider_authentication"],
      ["a", "network"],
      ["a", "network"],
    ]);
  });

  it("has no attempts behind other values", () => {
    expect(attemptsOf(new Error("no"))).toEqual([]);
    expect(attemptsOf(undefined)).toEqual([]);
    expect(attemptsOf(failure("network"))).toEqual([]);
  });
});

describe("onAttempt", () => {
  it("sees each attempt as it ends", async () => {
    const { send, records, clock } = createWorld({
      deployments: [deployment("a"), deployment("b")],
      behaviours: { a: "bad_response" },
    });
    const startedAtMs = clock.now();
    const { attempts } = await send();
    expect(records).toEqual(attempts);
    expect(records).toMatchObject([
      { deploymentId: "a", group: "whisper", error: { code: "bad_response" }, startedAtMs },
      { deploymentId: "b", group: "whisper", startedAtMs, durationMs: 0 },
    ]);
  });

  it("may throw without harm", async () => {
    const { send } = createWorld({
      deployments: [deployment("a")],
      options: {
        onAttempt: () => {
          throw new Error("a broken listener");
        },
      },
    });
    expect((await send(requestFor())).value).toBe("a");
  });
});

describe("creating a router", () => {
  it("is refused when two deployments have the same id", () => {
    const create = () => createWorld({ deployments: [deployment("a"), deployment("a")] });
    expect(create).toThrow(TranscriptionError);
    expect(create).toThrow('Two deployments have the id "a". Give each its own model_info.id.');
  });
});
