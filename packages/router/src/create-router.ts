import { dateOf } from "@earshot/core";
import { createChooser } from "./choose-candidate.ts";
import type { Effort } from "./choose-candidate.ts";
import { withAttempts } from "./errors.ts";
import { createHealthBoard } from "./health-board.ts";
import { startJourney } from "./journey.ts";
import type { Journey } from "./journey.ts";
import { makeAttempt } from "./make-attempt.ts";
import { createFallbackChain, createModelIndex } from "./model-index.ts";
import { planRoutes } from "./plan-routes.ts";
import type { Candidate } from "./plan-routes.ts";
import { noteFailure } from "./retry-rules.ts";
import { createMemoryState, failOpenState } from "./router-state.ts";
import type { Attempt, Router, RouteResult, RouterOptions } from "./router.ts";
import { createSlots } from "./slots.ts";
import { strategies } from "./strategies.ts";
import { totalTimeoutMs } from "./time-limits.ts";

interface Stage {
  readonly candidates: readonly Candidate[];
  readonly effort: Effort;
}

/**
 * The road of a request: each group's order levels, then what is busy there; then what cools down.
 * Only when every deployment has had its turn, some of them have another one.
 */
function* stagesOf(plan: ReturnType<typeof planRoutes>, journey: Journey): Generator<Stage, void> {
  const all: Candidate[] = [];
  for (const group of plan) {
    if ("error" in group) {
      journey.refused(group);
      continue;
    }
    for (const level of group.levels) yield { candidates: level, effort: "free" };
    const candidates = group.levels.flat();
    yield { candidates, effort: "busy" };
    all.push(...candidates);
  }
  yield { candidates: all, effort: "cooling" };
  yield { candidates: all, effort: "again" };
}

/**
 * Chooses deployments and runs attempts until one succeeds. Throws `invalid_request` when two
 * deployments have the same id.
 */
export function createRouter(options: RouterOptions): Router {
  const { deployments, settings, clock, random, onAttempt } = options;
  const state = failOpenState(options.state ?? createMemoryState(clock));
  const strategy = strategies[settings.strategy];
  const slots = createSlots(settings, clock, options.slotShares);
  const board = createHealthBoard({ state, settings, strategy, clock });
  const index = createModelIndex(deployments, settings.modelGroupAlias);
  const planning = { index, settings, fallbacksOf: createFallbackChain(index, settings) };
  const choose = createChooser({ board, slots, strategy, settings, clock, random });
  const grantedMs = totalTimeoutMs(deployments, settings);
  const attempting = { settings, clock, grantedMs };
  const retrying = { settings, clock, random };

  /** Undefined when the stage has nothing more to try. */
  const pass = async <R>(
    { candidates, effort }: Stage,
    journey: Journey,
    call: (attempt: Attempt) => Promise<R>,
  ): Promise<RouteResult<R> | undefined> => {
    for (;;) {
      const choice = await choose(candidates, effort, journey);
      if (choice === undefined) return undefined;
      const { deployment, fallbackCount } = choice.candidate;
      const outcome = await makeAttempt(attempting, { choice, journey }, call);
      if (outcome.ok)
        return { value: outcome.value, deployment, attempts: journey.attempts, fallbackCount };
      noteFailure(retrying, journey, { candidate: choice.candidate, error: outcome.error });
    }
  };

  return {
    async run(request, call) {
      const journey = startJourney({ request, startedAtMs: clock.now(), grantedMs, onAttempt });
      try {
        const plan = planRoutes(planning, request, dateOf(clock));
        for (const stage of stagesOf(plan, journey)) {
          const result = await pass(stage, journey, call);
          if (result !== undefined) return result;
        }
        throw journey.failure(clock.now());
      } catch (error) {
        throw withAttempts(error, journey.attempts);
      }
    },
    groups: () => index.visibleNames,
    has: (name) => index.resolve(name) !== undefined,
    deploymentsOf: (name) => index.resolve(name)?.deployments ?? [],
    health: () =>
      deployments.map((deployment) => ({
        deployment,
        inFlight: slots.inFlight(deployment.id),
        ...board.lastSeen(deployment.id),
      })),
  };
}
