import { ERROR_CODES, ROUTING_STRATEGIES, TranscriptionError } from "@earshot/core";
import type { AttemptRecord, ErrorCode, Task } from "@earshot/core";
import { createVirtualClock } from "@earshot/core/testing";
import type { VirtualClock } from "@earshot/core/testing";
import * as fc from "fast-check";
import { attemptsOf, createRouter } from "../src/index.ts";
import type { Attempt, Deployment, Router, RouteRequest, RouterSettings } from "../src/index.ts";
import { createScriptedStream } from "./event-stream.ts";
import {
  ableToAll,
  deployment,
  failure,
  plainlyAsked,
  requestFor,
  usualSettings,
} from "./router-world.ts";
import { seededRandom } from "./seeded-random.ts";

const GROUPS = ["red", "green", "blue"] as const;

interface StoryAnswer {
  /** `Infinity` for never. */
  readonly afterMs: number;
  readonly outcome: ErrorCode | "ok" | "held";
}

interface StoryDeployment {
  readonly group: string;
  readonly translation: boolean;
  readonly limits: Partial<Deployment>;
}

interface StoryRequest {
  readonly group: string;
  readonly task: Task;
  readonly startAtMs: number;
  /** `Infinity` for a client that stays. */
  readonly abortAfterMs: number;
  readonly limits: Partial<RouteRequest>;
}

export interface Story {
  readonly deployments: readonly StoryDeployment[];
  readonly answers: readonly StoryAnswer[];
  readonly requests: readonly StoryRequest[];
  readonly settings: Partial<RouterSettings>;
  readonly seed: number;
}

const anyAnswer: fc.Arbitrary<StoryAnswer> = fc.record({
  afterMs: fc.constantFrom(0, 10, 3000, Infinity),
  outcome: fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom<("ok" | "held")[]>("ok", "held") },
    { weight: 3, arbitrary: fc.constantFrom<ErrorCode[]>(...ERROR_CODES) },
  ),
});

const anyDeployment: fc.Arbitrary<StoryDeployment> = fc.record({
  group: fc.constantFrom(...GROUPS),
  translation: fc.boolean(),
  limits: fc.record(
    {
      order: fc.integer({ min: 1, max: 2 }),
      weight: fc.nat(3),
      rpm: fc.integer({ min: 1, max: 3 }),
      maxParallelRequests: fc.integer({ min: 1, max: 2 }),
      cooldownMs: fc.constantFrom(0, 100, 20_000),
    },
    { requiredKeys: [] },
  ),
});

const anyRequest: fc.Arbitrary<StoryRequest> = fc.record({
  group: fc.constantFrom(...GROUPS, "unknown"),
  task: fc.constantFrom<Task[]>("transcribe", "translate"),
  startAtMs: fc.constantFrom(0, 5, 4000, 70_000),
  abortAfterMs: fc.constantFrom(0, 5, 600, 10_000, Infinity, Infinity),
  limits: fc.record(
    {
      numRetries: fc.nat(3),
      totalTimeoutMs: fc.constantFrom(1, 50, 700, 20_000),
      fallbacks: fc.subarray([...GROUPS]),
    },
    { requiredKeys: [] },
  ),
});

const anySettings: fc.Arbitrary<Partial<RouterSettings>> = fc.record({
  strategy: fc.constantFrom(...ROUTING_STRATEGIES),
  numRetries: fc.nat(2),
  allowedFails: fc.nat(2),
  timeoutMs: fc.constantFrom(1000, 60_000),
  maxWaitingRequests: fc.constantFrom(1, 1000),
  fallbacks: fc.dictionary(fc.constantFrom(...GROUPS), fc.subarray([...GROUPS])),
});

/** Some deployments, what they answer call by call, and who asks when for what. */
export const anyStory: fc.Arbitrary<Story> = fc.record({
  deployments: fc.array(anyDeployment, { minLength: 1, maxLength: 5 }),
  answers: fc.array(anyAnswer, { minLength: 1, maxLength: 12 }),
  requests: fc.array(anyRequest, { minLength: 1, maxLength: 6 }),
  settings: anySettings,
  seed: fc.nat(),
});

export interface Call {
  readonly id: string;
  readonly number: number;
  /** Whether the client had gone when it was made. */
  readonly inVain: boolean;
}

/** What became of one request. */
export interface Ending {
  readonly request: RouteRequest;
  readonly calls: readonly Call[];
  readonly attempts: readonly AttemptRecord[];
  /** The id of the deployment that answered. */
  readonly answeredBy?: string;
}

export interface Told {
  readonly endings: readonly Ending[];
  readonly deployments: readonly Deployment[];
  readonly settings: RouterSettings;
  readonly router: Router;
  readonly clock: VirtualClock;
  /** How many calls each deployment is still busy with. */
  readonly busy: ReadonlyMap<string, number>;
  /** Deployments that had more in flight than they may, once for each time. */
  readonly overfull: readonly string[];
}

interface Scene {
  readonly router: Router;
  readonly clock: VirtualClock;
  readonly answer: (attempt: Attempt) => Promise<string>;
}

/** Deployments that answer as the story says, and count what they are busy with. */
const createAnswers = (story: Story, clock: VirtualClock) => {
  const busy = new Map<string, number>();
  const overfull: string[] = [];
  const answers = [...story.answers];
  const add = (id: string, change: number): number => {
    const count = (busy.get(id) ?? 0) + change;
    busy.set(id, count);
    return count;
  };
  const occupy = ({ deployment: { id, maxParallelRequests = Infinity } }: Attempt) => {
    if (add(id, 1) > maxParallelRequests) overfull.push(id);
    let isOver = false;
    return () => {
      if (!isOver) add(id, -1);
      isOver = true;
    };
  };
  const answer = async (attempt: Attempt): Promise<string> => {
    const { afterMs, outcome } = answers.shift() ?? { afterMs: 0, outcome: "ok" };
    const leave = occupy(attempt);
    attempt.signal.addEventListener("abort", leave);
    if (afterMs === Infinity) return new Promise(() => {});
    await clock.sleep(afterMs);
    const { id } = attempt.deployment;
    if (outcome === "held" && !attempt.signal.aborted) {
      const rest = createScriptedStream();
      const events = attempt.holdStream(id, rest);
      void clock.sleep(2000, attempt.signal).then(rest.finish, rest.finish);
      void Array.fromAsync(events)
        .catch(() => {})
        .finally(leave);
      return id;
    }
    leave();
    const code = ERROR_CODES.find((each) => each === outcome);
    if (code !== undefined) throw failure(code);
    return id;
  };
  return { answer, busy, overfull };
};

const live = async (asked: StoryRequest, { router, clock, answer }: Scene): Promise<Ending> => {
  const client = new AbortController();
  const calls: Call[] = [];
  const request = requestFor(asked.group, {
    asked: { ...plainlyAsked, task: asked.task },
    signal: client.signal,
    ...asked.limits,
  });
  await clock.sleep(asked.startAtMs);
  if (asked.abortAfterMs !== Infinity)
    void clock.sleep(asked.abortAfterMs).then(() => client.abort());
  const run = router.run(request, (attempt) => {
    const { deployment: called, number } = attempt;
    calls.push({ id: called.id, number, inVain: client.signal.aborted });
    return answer(attempt);
  });
  return run.then(
    ({ value, attempts }) => ({ request, calls, attempts, answeredBy: value }),
    (error: unknown) => {
      if (!TranscriptionError.is(error)) throw error;
      return { request, calls, attempts: attemptsOf(error) };
    },
  );
};

/** Lives through the story in virtual time, and on until everything must be over. */
export const tell = async (story: Story): Promise<Told> => {
  const clock = createVirtualClock({ startMs: 1_000_000 });
  const deployments = story.deployments.map(({ group, translation, limits }, number) =>
    deployment(`d${number}`, { group, capabilities: { ...ableToAll, translation }, ...limits }),
  );
  const settings: RouterSettings = { ...usualSettings, ...story.settings };
  const router = createRouter({ deployments, settings, clock, random: seededRandom(story.seed) });
  const { answer, busy, overfull } = createAnswers(story, clock);
  const scene = { router, clock, answer };
  const endings = await clock.run(Promise.all(story.requests.map((each) => live(each, scene))));
  await clock.advance(1_000_000);
  return { endings, deployments, settings, router, clock, busy, overfull };
};
