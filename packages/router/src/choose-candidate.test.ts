import { TranscriptionError } from "@earshot/core";
import { describe, expect, it } from "vitest";
import { createWorld, deployment, failure, requestFor } from "../test/router-world.ts";
import { attemptsOf } from "./errors.ts";
import type { RouteRequest } from "./router.ts";

type Check = NonNullable<RouteRequest["check"]>;

const refusing =
  (...ids: readonly string[]): Check =>
  ({ deployment: { id } }) => {
    if (ids.includes(id)) throw failure("unsupported_feature", { param: "prompt" });
  };
const later =
  (check: Check): Check =>
  async (target) =>
    check(target);

describe("a request's own check", () => {
  const pair = [deployment("a", { order: 1 }), deployment("b", { order: 2 })];

  it.each([
    ["at once", refusing],
    ["later", (...ids: readonly string[]) => later(refusing(...ids))],
  ])("that refuses %s passes a deployment over, which is no attempt", async (_when, refuse) => {
    const { send, calls, records, router } = createWorld({ deployments: pair });
    const result = await send(requestFor("whisper", { check: refuse("a") }));
    expect([result.value, calls, records.length]).toEqual(["b", ["b"], 1]);
    expect(router.health().map(({ inFlight }) => inFlight)).toEqual([0, 0]);
  });

  it("is asked once for each deployment", async () => {
    const asked: string[] = [];
    const { fail } = createWorld({ deployments: pair, behaviours: { a: "network", b: "network" } });
    const check: Check = ({ deployment: { id } }) => void asked.push(id);
    await fail(requestFor("whisper", { check }));
    expect(asked).toEqual(["a", "b"]);
  });

  it("that refuses all is the error, and nothing was tried", async () => {
    const { fail, calls } = createWorld({ deployments: [deployment("a")] });
    const error = await fail(requestFor("whisper", { check: refusing("a") }));
    expect(error).toMatchObject({ code: "unsupported_feature", param: "prompt" });
    expect([calls, attemptsOf(error)]).toEqual([[], []]);
    const both = createWorld({ deployments: pair });
    const { message } = await both.fail(requestFor("whisper", { check: refusing("a", "b") }));
    expect(message).toMatch(/^Nothing could serve "whisper"\. a \(.*b \(/u);
  });

  it("that finds the request wrong ends it", async () => {
    const { fail, calls } = createWorld({ deployments: pair });
    const check: Check = () => {
      throw new TranscriptionError("invalid_request", "No.", { param: "top_k" });
    };
    expect(await fail(requestFor("whisper", { check }))).toMatchObject({ param: "top_k" });
    expect(await fail(requestFor("whisper", { check: later(check) }))).toMatchObject({
      message: "No.",
    });
    expect(calls).toEqual([]);
  });

  it("is asked before a request waits for a slot", async () => {
    const busy = [deployment("a", { maxParallelRequests: 1 })];
    const { router, clock, call, fail } = createWorld({
      deployments: busy,
      behaviours: { a: [async () => clock.sleep(1000)] },
    });
    const first = router.run(requestFor(), call);
    await clock.advance(1);
    const startedAtMs = clock.now();
    await fail(requestFor("whisper", { check: refusing("a") }));
    expect(clock.now()).toBe(startedAtMs);
    await clock.run(first);
  });
});
