import { ERROR_POLICY, refusalOf, TranscriptionError } from "@earshot/core";
import type { Refusal } from "./errors.ts";
import { isAble, judgeDeployment, unsupportedRequest } from "./judge-deployments.ts";
import type { Judged } from "./judge-deployments.ts";
import type { ModelIndex, ResolvedModel } from "./model-index.ts";
import type { RouterSettings } from "./router-settings.ts";
import type { Deployment, RouteRequest, Target } from "./router.ts";

/** One deployment on the road of a request; nothing of it changes, so that requests may share it. */
export interface Candidate extends Target {
  /** Of its order level in its group; 0 for the level that is tried first. */
  readonly rank: number;
  /** How many groups come before its group. */
  readonly fallbackCount: number;
  /** True when no other group comes after its group. */
  readonly isLastGroup: boolean;
  /** True when its group has no other deployment. */
  readonly alone: boolean;
  /** How far from the best way to do what is asked: 0 is best. */
  readonly reluctance: number;
}

/** One group by order level, the first to try first; neither list is ever empty. */
export interface PlannedGroup {
  readonly levels: readonly (readonly Candidate[])[];
}

/** All that the plan of a request depends on, besides the settings and the date. */
export type PlanKey = Pick<
  RouteRequest,
  "group" | "asked" | "dropParams" | "tags" | "fallbacks" | "disableFallbacks"
>;

export interface PlanParts {
  readonly index: ModelIndex;
  readonly settings: RouterSettings;
  readonly fallbacksOf: (key: PlanKey) => readonly string[];
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

const SHOWN_TAGS = 20;
const SHOWN_LENGTH = 300;

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

const compareOrder = (a = Infinity, b = Infinity): number => (a === b ? 0 : a - b);

const byRank = (a: Judged, b: Judged): number =>
  a.gaps.length - b.gaps.length || compareOrder(a.deployment.order, b.deployment.order);

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

/** A model whose shutdown date is past is left out only while another one lives. */
const livingOf = (able: readonly Judged[], dateMs: number): readonly Judged[] => {
  const living = able.filter(({ deployment: { capabilities } }) => {
    const { shutdownDate } = capabilities;
    return shutdownDate === undefined || !(dateMs >= Date.parse(shutdownDate));
  });
  return living.length > 0 ? living : able;
};

/** The deployments of a model that may and can serve, by level, or the error when none is left. */
const levelsOf = (
  { index, settings }: PlanParts,
  key: PlanKey,
  { model, dateMs }: { readonly model: ResolvedModel; readonly dateMs: number },
): readonly (readonly Judged[])[] | TranscriptionError => {
  const { name } = model;
  const tags = key.tags ?? [];
  const tagged = selectByTags(model.deployments, tags, settings);
  if (tagged.length === 0) return tagMismatch(name, tags);
  const judged = tagged.map((deployment) => judgeDeployment(deployment, key.asked));
  const wrong = judged[0]?.verdicts.find(({ kind }) => kind === "refuse");
  if (wrong !== undefined) return refusalOf(wrong, { name, provider: undefined });
  const able = judged.filter((each) => isAble(each, key));
  return able.length === 0
    ? unsupportedRequest({ model: name, refused: judged, request: key, index })
    : toLevels(livingOf(able, dateMs));
};

/**
 * Decides which deployments may serve a request, and in which order of groups and levels: the asked
 * group, then its fallbacks, each planned when it is asked for, and no deployment twice. Pure, so that
 * what it yields may be kept for later requests with the same key. Groups that cannot serve are
 * yielded as refusals. Throws `model_not_found` when the asked model does not exist, and what is
 * wrong with the request wherever it goes.
 */
export function* planRoutes(
  parts: PlanParts,
  key: PlanKey,
  dateMs: number,
): Generator<PlannedGroup | Refusal, void> {
  const { index, fallbacksOf } = parts;
  const planned = new Set<string>();
  const models = [key.group, ...fallbacksOf(key)];
  for (const [fallbackCount, name] of models.entries()) {
    const resolved = index.resolve(name);
    const deployments = resolved?.deployments.filter(({ id }) => !planned.has(id)) ?? [];
    if (resolved !== undefined && deployments.length === 0) continue;
    for (const { id } of deployments) planned.add(id);
    const levels =
      resolved === undefined
        ? index.unknown(name)
        : levelsOf(parts, key, { model: { ...resolved, deployments }, dateMs });
    if (TranscriptionError.is(levels)) {
      if (fallbackCount === 0 && ERROR_POLICY[levels.code].retry === "never") throw levels;
      yield { name: `model "${name}"`, error: levels };
      continue;
    }
    const group = {
      wildcard: resolved?.wildcard,
      fallbackCount,
      isLastGroup: fallbackCount === models.length - 1,
    };
    yield {
      levels: levels.map((level, rank) =>
        level.map(({ deployment, verdicts }) => ({
          ...group,
          deployment,
          rank,
          alone: index.groupSize(deployment.group) === 1,
          reluctance: verdicts.filter(({ kind }) => kind === "estimate").length,
        })),
      ),
    };
  }
}
