import { ERROR_POLICY } from "@earshot/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anyStory, tell } from "../test/router-story.ts";
import type { Ending, Told } from "../test/router-story.ts";

const expectNone = (violations: (told: Told) => readonly unknown[]): Promise<void> =>
  fc.assert(
    fc.asyncProperty(anyStory, async (story) => {
      expect(violations(await tell(story))).toEqual([]);
    }),
    { numRuns: 100 },
  );

const expectNoneOfEndings = (
  violations: (ending: Ending, told: Told) => readonly unknown[],
): Promise<void> =>
  expectNone((told) => told.endings.flatMap((ending) => violations(ending, told)));

describe("whatever happens", { timeout: 30_000 }, () => {
  it("every slot is released, and no timer is left", () =>
    expectNone(({ router, clock, busy }) => [
      ...router.health().filter(({ inFlight }) => inFlight !== 0),
      ...[...busy].filter(([, count]) => count !== 0),
      ...(clock.pending() === 0 ? [] : ["a timer"]),
    ]));

  it("no deployment has more in flight than it may", () => expectNone(({ overfull }) => overfull));

  it("no deployment that lacks what the request makes no sense without is called", () =>
    expectNoneOfEndings(({ request, calls }, { deployments }) =>
      calls.filter(
        ({ id }) =>
          request.asked.task === "translate" &&
          deployments.find((each) => each.id === id)?.capabilities.translation !== true,
      ),
    ));

  it("no attempt starts after the client has gone", () =>
    expectNoneOfEndings(({ calls }) => calls.filter(({ inVain }) => inVain)));

  it("no deployment gets more attempts than its retries allow", () =>
    expectNoneOfEndings(({ request, calls }, { settings }) => {
      const made = new Map<string, number>();
      for (const { id } of calls) made.set(id, (made.get(id) ?? 0) + 1);
      const allowed = 1 + Math.min(settings.numRetries, request.numRetries ?? Infinity);
      return [...made].filter(([, count]) => count > allowed);
    }));

  it("no deployment is tried twice while another of its group waits for its first turn", () =>
    expectNoneOfEndings(({ request, calls }, { deployments }) => {
      const ids = calls.map(({ id }) => id);
      const second = ids.findIndex((id, index) => ids.indexOf(id) < index);
      if (second < 0) return [];
      return deployments.filter(
        ({ id, group, capabilities, maxParallelRequests }) =>
          group === request.group &&
          (request.asked.task === "transcribe" || capabilities.translation) &&
          maxParallelRequests === undefined &&
          !ids.slice(0, second).includes(id),
      );
    }));

  it("every attempt is accounted for, in order", () =>
    expectNoneOfEndings(({ calls, attempts }) =>
      calls.length === attempts.length
        ? calls.filter(
            ({ id, number }, index) => number !== index + 1 || attempts[index]?.deploymentId !== id,
          )
        : [calls, attempts],
    ));

  it("exactly the last attempt of an answered request succeeded", () =>
    expectNoneOfEndings(({ attempts, answeredBy }) => {
      const successes = attempts.filter(({ error }) => error === undefined);
      const expected = answeredBy === undefined ? [] : attempts.slice(-1);
      const isRight =
        successes.length === expected.length &&
        successes[0] === expected[0] &&
        expected[0]?.deploymentId === answeredBy;
      return isRight ? [] : [attempts];
    }));

  it("no deployment is tried again where its error says that this is useless", () =>
    expectNoneOfEndings(({ attempts }) =>
      attempts.filter(({ deploymentId, error }, index) => {
        const policy = error === undefined ? undefined : ERROR_POLICY[error.code].retry;
        const later = attempts.slice(index + 1);
        if (policy === "never") return later.length > 0;
        return policy === "elsewhere" && later.some((next) => next.deploymentId === deploymentId);
      }),
    ));
});
