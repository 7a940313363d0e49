import { dateOf } from "@earshot/core";
import { withAttempts } from "./attempts-of.ts";
import { createChooser } from "./choose-candidate.ts";
import { createFailureNotes } from "./create-failure-notes.ts";
import { createRoutes } from "./create-routes.ts";
import { failOpenState } from "./fail-open-state.ts";
import { createFallbackChain } from "./fallback-chain.ts";
import { createHealthBoard } from "./health-board.ts";
import { startJourney } from "./journey.ts";
import type { Journey } from "./journey.ts";
import { makeAttempt } from "./make-attempt.ts";
import { createMemoryState } from "./memory-state.ts";
import { createModelIndex } from "./model-index.ts";
import { createPicker } from "./pick-candidate.ts";
import { createRoutePlanner } from "./plan-route.ts";
import type { Candidate, Route } from "./plan-route.ts";
import { totalTimeoutMs } from "./retry-rules.ts";
import { createSlots } from "./slots.ts";
import { strategies } from "./strategies.ts";
import { createSurvey } from "./survey-candidates.ts";
import type { Effort } from "./survey-candidates.ts";
import type { Attempt, Router, RouteResult, RouterOptions } from "./types.ts";
import { uniqueDeployments } from "./unique-deployments.ts";

interface Stage<T> {
  readonly candidates: readonly Candidate<T>[];
  readonly effort: Effort;
}

/**
 * The road of a request: each group's order levels, then what is busy there; then what cools down.
 * Only when every deployment has had its turn, some of them have another one.
 */
function* stagesOf<T>(routes: Iterable<Route<T>>): Generator<Stage<T>, void> {
  const all: Candidate<T>[] = [];
  for (const levels of routes) {
    for (const level of levels) yield { candidates: level, effort: "free" };
    yield { candidates: levels.flat(), effort: "busy" };
    all.push(...levels.flat());
  }
  yield { candidates: all, effort: "cooling" };
  yield { candidates: all, effort: "again" };
}

/**
 * Chooses deployments and runs attempts until one succeeds. Throws `invalid_request` when two
 * deployments have the same id.
 */
export function createRouter<T>(options: RouterOptions<T>): Router<T> {
  const { settings, clock, random, onAttempt } = options;
  const deployments = uniqueDeployments(options.deployments);
  const state = failOpenState(options.state ?? createMemoryState(clock));
  const strategy = strategies[settings.strategy];
  const slots = createSlots({ settings, clock, shares: options.slotShares });
  const board = createHealthBoard({ state, settings, strategy, clock });
  const index = createModelIndex(deployments, settings.modelGroupAlias);
  const planRoute = createRoutePlanner({ index, settings, date: () => dateOf(clock) });
  const fallbacksOf = createFallbackChain(index, settings);
  const routesOf = createRoutes({ index, planRoute, fallbacksOf });
  const survey = createSurvey<T>({ board, clock });
  const pick = createPicker<T>({ slots, strategy, random });
  const choose = createChooser({ survey, pick, board, slots, fallbacksOf, settings, clock });
  const grantedMs = totalTimeoutMs(deployments, settings);
  const noteFailure = createFailureNotes({ settings, clock, random });

  /** Undefined when the stage has nothing more to try. */
  const pass = async <R>(
    { candidates, effort }: Stage<T>,
    journey: Journey,
    call: (attempt: Attempt<T>) => Promise<R>,
  ): Promise<RouteResult<R> | undefined> => {
    for (;;) {
      const choice = await choose(candidates, effort, journey);
      if (choice === undefined) return undefined;
      const { deployment, fallbackCount } = choice.candidate;
      const outcome = await makeAttempt({ settings, clock, grantedMs }, { choice, journey, call });
      if (outcome.ok)
        return { value: outcome.value, deployment, attempts: journey.attempts, fallbackCount };
      noteFailure(choice.candidate, outcome.error, journey);
    }
  };

  return {
    async run(request, call) {
      const journey = startJourney({ request, startedAtMs: clock.now(), grantedMs, onAttempt });
      try {
        for (const stage of stagesOf(routesOf(journey))) {
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
