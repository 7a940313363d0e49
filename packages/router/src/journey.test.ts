import { describe, expect, it } from "vitest";
import {
  audioWith,
  createWorld,
  deployment,
  plainlyAsked,
  requestFor,
} from "../test/router-world.ts";
import type { World, WorldOptions } from "../test/router-world.ts";
import { attemptsOf } from "./errors.ts";
import type { RouteRequest } from "./router.ts";

const NEVER = (): Promise<never> => new Promise(() => {});

const hangingWorld = (world: Partial<WorldOptions> = {}): World =>
  createWorld({ deployments: [deployment("a")], behaviours: { a: NEVER }, ...world });

/** How long the request took, and how it ended. */
const waitFor = async (world: World, request: Partial<RouteRequest> = {}) => {
  const startedAtMs = world.clock.now();
  const error = await world.fail(requestFor("whisper", request));
  return { error, waitedMs: world.clock.now() - startedAtMs };
};

describe("the time for everything together", () => {
  it("cuts the last attempt short, says so and lists what was tried", async () => {
    const { error, waitedMs } = await waitFor(hangingWorld(), { totalTimeoutMs: 2500 });
    expect(waitedMs).toBe(2500);
    expect(error).toMatchObject({ code: "timeout", param: "timeout" });
    expect(error.message).toBe(
      "The 2.5 s for the whole request (the timeout of the request) are over. " +
        'The only attempt for "whisper" failed. a (timeout): There was no answer within 2.5 s.',
    );
    expect(attemptsOf(error)).toHaveLength(1);
  });

  it("is the settings' when they are shorter, and the error names them", async () => {
    const world = hangingWorld({
      deployments: [deployment("b", { order: 1 }), deployment("a", { order: 2 })],
      behaviours: { a: NEVER, b: "overloaded" },
      settings: { totalTimeoutMs: 4000 },
    });
    const { error, waitedMs } = await waitFor(world, { totalTimeoutMs: 90_000 });
    expect(waitedMs).toBe(4000);
    expect(error.code).toBe("timeout");
    expect(error.message).toContain("4 s for the whole request (earshot_settings.total_timeout)");
    expect(error.message).toContain("b (overloaded)");
    expect(attemptsOf(error).map(({ deploymentId }) => deploymentId)).toEqual(["b", "a"]);
  });

  it.each([
    { name: "20 minutes", timeoutMs: 600_000, expectedMs: 1_200_000 },
    { name: "20 minutes also when attempts are short", timeoutMs: 2000, expectedMs: 1_200_000 },
    { name: "twice the longest attempt", timeoutMs: 3_600_000, expectedMs: 7_200_000 },
  ])("is $name unless the settings say it", async ({ timeoutMs, expectedMs }) => {
    const deployments = Array.from({ length: 700 }, (_, index) =>
      deployment(`d${index}`, { timeoutMs }),
    );
    const behaviours = Object.fromEntries(deployments.map(({ id }) => [id, NEVER]));
    const { error, waitedMs } = await waitFor(createWorld({ deployments, behaviours }));
    expect(waitedMs).toBe(expectedMs);
    expect(error.code).toBe("timeout");
  });

  it("leaves out pauses that it has no room for, and says so", async () => {
    const world = createWorld({
      deployments: [deployment("a", { numRetries: 9 })],
      behaviours: { a: "overloaded" },
    });
    const { error, waitedMs } = await waitFor(world, { totalTimeoutMs: 1000 });
    expect(error.code).toBe("overloaded");
    expect(error.message).toContain(
      "The 1 s for the whole request (the timeout of the request) leave no room for another attempt.",
    );
    expect(world.calls).toHaveLength(3);
    expect(waitedMs).toBe(750);
  });

  it("bounds the wait for a slot", async () => {
    const world = hangingWorld({ deployments: [deployment("a", { maxParallelRequests: 1 })] });
    const first = world.router.run(requestFor(), world.call).catch((error: unknown) => error);
    await world.clock.advance(0);
    const { error, waitedMs } = await waitFor(world, { totalTimeoutMs: 300 });
    expect(error.code).toBe("overloaded");
    expect(error.message).toContain("The 0.3 s for the whole request");
    expect(waitedMs).toBe(300);
    expect(await world.clock.run(first)).toMatchObject({ code: "timeout" });
  });

  it("may be over before it begins", async () => {
    const world = createWorld({ deployments: [deployment("a")] });
    const { error } = await waitFor(world, { totalTimeoutMs: 0 });
    expect(error.code).toBe("timeout");
    expect(world.calls).toEqual([]);
  });
});

describe("while the audio still arrives", () => {
  const arrivesFor = (world: World, milliseconds: number): Partial<RouteRequest> => {
    const startedAtMs = world.clock.now();
    return {
      asked: {
        ...plainlyAsked,
        ...audioWith({
          arrivedAtMs: () => Math.min(world.clock.now(), startedAtMs + milliseconds),
        }),
      },
      totalTimeoutMs: 5000,
    };
  };

  it("the time of an attempt does not run out", async () => {
    const world = hangingWorld();
    const { waitedMs } = await waitFor(world, arrivesFor(world, 90_000));
    expect(waitedMs).toBe(95_000);
  });

  it("nor does the wait for a slot", async () => {
    const world = hangingWorld({ deployments: [deployment("a", { maxParallelRequests: 1 })] });
    world.behaviours["a"] = [() => world.clock.sleep(60_000), () => "answer"];
    const first = world.router.run(requestFor(), world.call);
    await world.clock.advance(0);
    const second = await world.send(requestFor("whisper", arrivesFor(world, 58_000)));
    expect(second.value).toBe("answer");
    await world.clock.run(first);
  });
});

describe("a client in a hurry", () => {
  const hurried = { totalTimeoutMs: 10 };

  it("cools no deployment down", async () => {
    const world = hangingWorld({
      deployments: [deployment("a"), deployment("b", { weight: 0 })],
      settings: { allowedFails: 0 },
    });
    for (let count = 0; count < 20; count++) await waitFor(world, hurried);
    expect(world.router.health()[0]).toEqual({
      deployment: expect.anything(),
      inFlight: 0,
    });
    world.behaviours["a"] = () => "well";
    expect((await world.send()).value).toBe("well");
  });

  it("does not stand in the way of the next who finds out whether it is well", async () => {
    const world = hangingWorld({
      deployments: [deployment("a"), deployment("b", { weight: 0 })],
      behaviours: { a: ["provider_authentication", NEVER] },
    });
    await world.send();
    await world.clock.advance(5000);
    await waitFor(world, hurried);
    expect((await world.send()).value).toBe("a");
  });

  it("spares nobody who had all the time that the operator grants", async () => {
    const world = hangingWorld({
      deployments: [deployment("a", { timeoutMs: 2000 }), deployment("b", { weight: 0 })],
      settings: { allowedFails: 0 },
    });
    expect((await world.send(requestFor("whisper", { totalTimeoutMs: 9000 }))).value).toBe("b");
    expect(world.router.health()[0]).toHaveProperty("cooledUntilMs");
  });
});

it("an operator who grants little time still learns who hangs", async () => {
  const world = hangingWorld({
    deployments: [deployment("a"), deployment("b", { weight: 0 })],
    settings: { allowedFails: 0, totalTimeoutMs: 30_000 },
  });
  await waitFor(world);
  expect((await world.send()).value).toBe("b");
});
