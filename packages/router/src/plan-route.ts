import { TranscriptionError } from "@earshot/core";
import { capabilityGaps, reluctance } from "./capability-gaps.ts";
import type { ModelIndex, ResolvedModel } from "./model-index.ts";
import { selectByTags } from "./select-by-tags.ts";
import type { Deployment, RouteRequest, RouterSettings } from "./types.ts";
import { unsupportedRequest } from "./unsupported-request.ts";

/** One deployment on the road of one request. */
export interface Candidate<T> {
  readonly deployment: Deployment<T>;
  readonly wildcard: string | undefined;
  /** Of its order level in its group; 0 for the level that is tried first. */
  readonly rank: number;
  /** How many groups come before its group. */
  readonly fallbackCount: number;
  /** True when its group has no other deployment. */
  readonly alone: boolean;
  readonly reluctance: number;
  /** Set once it has failed in this request. */
  failure: CandidateFailure | undefined;
}

export interface CandidateFailure {
  /** How often it has failed in this request. */
  readonly times: number;
  /** When it may be tried again; `Infinity` for never. */
  readonly readyAtMs: number;
}

/** Candidates of one group by order level, the first to try first; neither list is ever empty. */
export type Route<T> = readonly (readonly Candidate<T>[])[];

/** Returns the error instead when no deployment of the group may or can serve the request. */
export type RoutePlanner<T> = (
  resolved: ResolvedModel<T>,
  request: RouteRequest,
  fallbackCount: number,
) => Route<T> | TranscriptionError;

export interface RoutePlannerParts<T> {
  readonly index: ModelIndex<T>;
  readonly settings: RouterSettings;
  /** In milliseconds since the epoch. */
  readonly date: () => number;
}

interface Ranked<T> {
  readonly deployment: Deployment<T>;
  readonly missing: number;
}

const ALTERNATIVES = 5;
const SHOWN_TAGS = 20;
const SHOWN_LENGTH = 300;

const byRank = <T>(a: Ranked<T>, b: Ranked<T>): number =>
  a.missing - b.missing || compareOrder(a.deployment.order, b.deployment.order);

const compareOrder = (a = Infinity, b = Infinity): number => (a === b ? 0 : a - b);

/** The client chose them, and may have sent a megabyte of them. */
const shownTags = (tags: readonly string[]): string => {
  const text = tags.slice(0, SHOWN_TAGS).join(", ");
  return text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text;
};

const tagMismatch = (model: string, tags: readonly string[]): TranscriptionError =>
  new TranscriptionError(
    "unsupported_feature",
    tags.length === 0
      ? `Every deployment of "${model}" is reserved for requests with certain tags.`
      : `No deployment of "${model}" serves requests tagged ${shownTags(tags)}.`,
    { param: "tags" },
  );

/** Decides which deployments of a group may serve a request, and in which levels they are tried. */
export function createRoutePlanner<T>({
  index,
  settings,
  date,
}: RoutePlannerParts<T>): RoutePlanner<T> {
  const isServed = ({ capabilities: { shutdownDate } }: Deployment<T>): boolean =>
    shutdownDate === undefined || !(date() >= Date.parse(shutdownDate));

  const alternatives = (request: RouteRequest): readonly string[] =>
    index.visibleNames
      .filter((name) =>
        index
          .resolve(name)
          ?.deployments.some((other) => capabilityGaps(other, request.requirements).length === 0),
      )
      .slice(0, ALTERNATIVES);

  return (resolved, request, fallbackCount) => {
    const { requirements, relax, tags = [] } = request;
    const tagged = selectByTags(resolved.deployments, tags, settings);
    if (tagged.length === 0) return tagMismatch(resolved.name, tags);
    const judged = tagged.map((deployment) => ({
      deployment,
      gaps: capabilityGaps(deployment, requirements),
    }));
    const able = judged.filter(
      ({ gaps }) => gaps.length === 0 || (relax && !gaps.some(({ hard }) => hard)),
    );
    if (able.length === 0)
      return unsupportedRequest({
        model: resolved.name,
        refused: judged,
        requirements,
        relax,
        alternatives: alternatives(request),
      });
    const served = able.filter(({ deployment }) => isServed(deployment));
    const ranked = (served.length > 0 ? served : able).map(({ deployment, gaps }) => ({
      deployment,
      missing: gaps.length,
    }));
    const candidate = (deployment: Deployment<T>, rank: number): Candidate<T> => ({
      deployment,
      wildcard: resolved.wildcard,
      rank,
      fallbackCount,
      alone: index.groupSize(deployment.group) === 1,
      reluctance: reluctance(deployment, requirements),
      failure: undefined,
    });
    return toLevels(ranked).map((level, rank) =>
      level.map(({ deployment }) => candidate(deployment, rank)),
    );
  };
}

const toLevels = <T>(ranked: readonly Ranked<T>[]): readonly (readonly Ranked<T>[])[] => {
  const levels: Ranked<T>[][] = [];
  for (const entry of ranked.toSorted(byRank)) {
    const level = levels.at(-1);
    const first = level?.[0];
    if (level === undefined || first === undefined || byRank(first, entry) !== 0)
      levels.push([entry]);
    else level.push(entry);
  }
  return levels;
};
