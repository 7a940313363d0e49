import {
  ERROR_POLICY,
  isBlocking,
  isHopeless,
  judge,
  refusalOf,
  TranscriptionError,
} from "@earshot/core";
import type { Journey } from "./journey.ts";
import type { ModelIndex, ResolvedModel } from "./model-index.ts";
import type { RouterSettings } from "./router-settings.ts";
import type { Deployment, RouteRequest, Target } from "./router.ts";
import { tagMismatch, unsupportedRequest } from "./unsupported-request.ts";
import type { Judged } from "./unsupported-request.ts";

/** One deployment on the road of a request, as the plan has it: the same for every such request. */
export interface PlannedDeployment extends Target {
  /** Of its order level in its group; 0 for the level that is tried first. */
  readonly rank: number;
  /** How many groups come before its group. */
  readonly fallbackCount: number;
  /** True when its group has no other deployment. */
  readonly alone: boolean;
  /** How far from the best way to do what is asked: 0 is best. */
  readonly reluctance: number;
}

/** One deployment on the road of one request. */
export interface Candidate extends PlannedDeployment {
  /** Whether the request's own check has let it pass. */
  isChecked: boolean;
  /** Set once it has failed in this request. */
  failure: CandidateFailure | undefined;
}

export interface CandidateFailure {
  /** How often it has failed in this request. */
  readonly times: number;
  /** When it may be tried again; `Infinity` for never. */
  readonly readyAtMs: number;
}

/** One group by order level, the first to try first; neither list is ever empty. */
export type Plan = readonly (readonly PlannedDeployment[])[];
export type Route = readonly (readonly Candidate[])[];

export interface RoutesParts {
  readonly index: ModelIndex;
  readonly settings: RouterSettings;
  readonly fallbacksOf: (request: RouteRequest) => readonly string[];
  /** In milliseconds since the epoch. */
  readonly date: () => number;
}

const DEFAULT_TAG = "default";

/**
 * The deployments that serve a request with these tags, as LiteLLM does it: those that match; else,
 * and for requests without tags, those tagged `default`; requests without tags may take any when
 * none is tagged `default`. Empty when nothing may serve it.
 */
export function selectByTags(
  deployments: readonly Deployment[],
  tags: readonly string[],
  settings: Pick<RouterSettings, "enableTagFiltering" | "tagFilteringMatchAny">,
): readonly Deployment[] {
  if (!settings.enableTagFiltering) return deployments;
  const matches = (deployment: Deployment): boolean =>
    settings.tagFilteringMatchAny
      ? tags.some((tag) => deployment.tags.includes(tag))
      : tags.every((tag) => deployment.tags.includes(tag));
  const matching = tags.length === 0 ? [] : deployments.filter(matches);
  if (matching.length > 0) return matching;
  const byDefault = deployments.filter((deployment) => deployment.tags.includes(DEFAULT_TAG));
  return byDefault.length > 0 || tags.length > 0 ? byDefault : deployments;
}

const judged = (deployment: Deployment, { asked }: RouteRequest): Judged => {
  const verdicts = judge(asked, deployment.capabilities);
  return { deployment, verdicts, missing: verdicts.filter(isBlocking).length };
};

const isAble = ({ deployment, verdicts, missing }: Judged, { dropParams }: RouteRequest): boolean =>
  missing === 0 || ((dropParams ?? deployment.dropParams ?? false) && !verdicts.some(isHopeless));

const compareOrder = (a = Infinity, b = Infinity): number => (a === b ? 0 : a - b);

const byRank = (a: Judged, b: Judged): number =>
  a.missing - b.missing || compareOrder(a.deployment.order, b.deployment.order);

const toLevels = (able: readonly Judged[]): readonly (readonly Judged[])[] => {
  const levels: Judged[][] = [];
  for (const entry of able.toSorted(byRank)) {
    const level = levels.at(-1);
    const first = level?.[0];
    if (level === undefined || first === undefined || byRank(first, entry) !== 0)
      levels.push([entry]);
    else level.push(entry);
  }
  return levels;
};

/**
 * Decides which deployments of a group may serve a request, and in which levels they are tried: a
 * pure function of the group, what is asked, `drop_params`, tags and the day, so that a plan may be
 * kept. Returns the error instead when none may or can.
 */
const planGroup = (
  { index, settings, date }: RoutesParts,
  request: RouteRequest,
  { resolved, fallbackCount }: { readonly resolved: ResolvedModel; readonly fallbackCount: number },
): Plan | TranscriptionError => {
  const { name, wildcard } = resolved;
  const tagged = selectByTags(resolved.deployments, request.tags ?? [], settings);
  if (tagged.length === 0) return tagMismatch(name, request.tags ?? []);
  const all = tagged.map((deployment) => judged(deployment, request));
  const wrong = all[0]?.verdicts.find(({ kind }) => kind === "refuse");
  if (wrong !== undefined) return refusalOf(wrong, { name, provider: undefined });
  const able = all.filter((each) => isAble(each, request));
  if (able.length === 0) {
    const canServe = (deployment: Deployment): boolean => judged(deployment, request).missing === 0;
    return unsupportedRequest({ model: name, refused: all, request, index, canServe });
  }
  const isServed = ({ deployment: { capabilities } }: Judged): boolean =>
    capabilities.shutdownDate === undefined || !(date() >= Date.parse(capabilities.shutdownDate));
  const served = able.filter(isServed);
  return toLevels(served.length > 0 ? served : able).map((level, rank) =>
    level.map(({ deployment, verdicts }) => ({
      deployment,
      wildcard,
      rank,
      fallbackCount,
      alone: index.groupSize(deployment.group) === 1,
      reluctance: verdicts.filter(({ kind }) => kind === "estimate").length,
    })),
  );
};

const toCandidate = (planned: PlannedDeployment): Candidate => ({
  ...planned,
  isChecked: false,
  failure: undefined,
});

/**
 * The asked group's route, then those of its fallbacks, each planned only when it is its turn, and
 * no deployment twice. Throws `model_not_found` when the asked model does not exist, and what is wrong
 * with the request wherever it goes; other groups that cannot serve are noted in the journey and left out.
 */
export function* planRoutes(parts: RoutesParts, journey: Journey): Generator<Route, void> {
  const { index, fallbacksOf } = parts;
  const { request } = journey;
  const planned = new Set<string>();
  const planOf = (model: string, fallbackCount: number): Plan | TranscriptionError | undefined => {
    const resolved = index.resolve(model);
    if (resolved === undefined) return index.unknown(model);
    const deployments = resolved.deployments.filter(({ id }) => !planned.has(id));
    if (deployments.length === 0) return undefined;
    for (const { id } of deployments) planned.add(id);
    return planGroup(parts, request, { resolved: { ...resolved, deployments }, fallbackCount });
  };
  for (const [fallbackCount, model] of [request.group, ...fallbacksOf(request)].entries()) {
    const plan = planOf(model, fallbackCount);
    if (plan === undefined) continue;
    if (!TranscriptionError.is(plan)) yield plan.map((level) => level.map(toCandidate));
    else if (fallbackCount === 0 && ERROR_POLICY[plan.code].retry === "never") throw plan;
    else journey.refused({ name: `model "${model}"`, error: plan });
  }
}
