import { nearestName, ROUTING_STRATEGIES } from "@earshot/core";
import type { RoutingStrategy } from "@earshot/core";
import { z } from "zod";
import type { DefaultSettings, RouterConfig } from "../earshot-config.ts";
import { defaultsOf, field, flag, renamed, textList } from "../field.ts";
import type { Field, FieldValues } from "../field.ts";
import { integer, seconds } from "../number-field.ts";
import { readSection } from "../read-section.ts";
import type { SectionDefinition, SectionPlace } from "../section.ts";
import {
  allowedFailsPolicy,
  groupRetryPolicies,
  retryPolicy,
  tellPolicyKeys,
} from "./error-policy.ts";
import { aliasTable, fallbackTable } from "./fallbacks.ts";
import type { FallbackTable } from "./fallbacks.ts";
import { unusedRouterKeys } from "./unused-router-keys.ts";

/** LiteLLM has it, Earshot does not know what anything costs. */
const COST_BASED = "cost-based-routing";

const strategyField = (): Field<string, "simple-shuffle"> => {
  const all = new Set<string>([...ROUTING_STRATEGIES, COST_BASED]);
  const expected = `one of ${ROUTING_STRATEGIES.map((name) => `\`${name}\``).join(", ")}`;
  const schema = z.string({ error: expected }).refine((name) => all.has(name), {
    error: ({ input }) => {
      const nearest = nearestName(String(input), ROUTING_STRATEGIES);
      return nearest === undefined ? expected : `${expected} (most likely \`${nearest}\`)`;
    },
  });
  return field(schema, {
    description: "How a deployment of a group is picked; `cost-based-routing` is not supported.",
    default: "simple-shuffle",
    expected,
    example: "simple-shuffle",
    shown: true,
    jsonSchema: { enum: [...all] },
  });
};

type ReliabilityFields = Readonly<
  Record<"num_retries" | "allowed_fails" | "cooldown_time", Field<number, number>> &
    Record<"fallbacks", Field<FallbackTable, undefined>> &
    Record<"default_fallbacks", Field<readonly string[], undefined>>
>;

/** The keys that LiteLLM takes from `router_settings` and from `litellm_settings`. */
export const reliabilityFields: ReliabilityFields = {
  num_retries: integer({
    description:
      "How often one deployment is tried again after a failure that may pass, once all others were tried; a request can only ask for less.",
    minimum: 0,
    default: 2,
  }),
  allowed_fails: integer({
    description: "How many failures within a minute a deployment may have before it cools down.",
    minimum: 0,
    default: 3,
  }),
  cooldown_time: seconds({
    description: "How long a deployment that failed too often is left out.",
    minimum: 0,
    default: 5,
    example: "30",
  }),
  fallbacks: fallbackTable({
    description:
      "Model groups that are tried, in order, when a group has failed; `*` stands for every group without an entry.",
  }),
  default_fallbacks: textList({
    description: "Model groups that are tried after a group without an entry in `fallbacks`.",
    example: "[whisper-backup]",
  }),
};

const fields = {
  routing_strategy: strategyField(),
  ...reliabilityFields,
  timeout: seconds({
    description: "How long one attempt may take, from the first byte sent to the last received.",
    default: 600,
  }),
  stream_timeout: seconds({
    description: "How long an attempt with `stream=true` may take until its answer begins.",
    defaultNote: "`timeout`",
  }),
  stream_idle_timeout: seconds({
    description: "How long a stream that has begun may be silent before it is given up.",
    defaultNote: "`stream_timeout`, else 60",
  }),
  retry_after: seconds({
    description: "The shortest pause before a retry; a provider's own `Retry-After` may be longer.",
    minimum: 0,
    default: 0,
    example: "1",
  }),
  disable_cooldowns: flag({
    description: "Keep using deployments however often they fail.",
    default: false,
  }),
  max_fallbacks: integer({
    description: "How many fallback groups one request may go through.",
    minimum: 0,
    default: 5,
  }),
  model_group_alias: aliasTable({ description: "Further names of model groups." }),
  retry_policy: retryPolicy({
    description:
      "Retries of one deployment by kind of error, instead of `num_retries`; what only another deployment can help (a timeout, a wrong key) is not repeated; keys are LiteLLM's (`TimeoutErrorRetries`) or Earshot's error codes.",
  }),
  model_group_retry_policy: groupRetryPolicies({
    description: "A `retry_policy` for each model group that is named.",
  }),
  allowed_fails_policy: allowedFailsPolicy({
    description:
      "Allowed failures by kind of error, instead of `allowed_fails`; keys are LiteLLM's (`TimeoutErrorAllowedFails`) or Earshot's error codes.",
  }),
  enable_tag_filtering: flag({
    description: "Use only the deployments whose `tags` fit the tags of the request.",
    default: false,
  }),
  tag_filtering_match_any: flag({
    description:
      "Whether one common tag is enough; otherwise all of the request's tags must be there.",
    default: true,
  }),
  default_max_parallel_requests: integer({
    description: "`max_parallel_requests` of deployments that have none of their own.",
    minimum: 1,
    defaultNote: "no limit",
    example: "10",
  }),
};

const RELIABILITY_NAMES = {
  num_retries: "numRetries",
  allowed_fails: "allowedFails",
  cooldown_time: "cooldownMs",
} as const;

const NAMES = {
  ...RELIABILITY_NAMES,
  timeout: "timeoutMs",
  stream_timeout: "streamTimeoutMs",
  stream_idle_timeout: "streamIdleTimeoutMs",
  retry_after: "retryAfterMs",
  disable_cooldowns: "disableCooldowns",
  max_fallbacks: "maxFallbacks",
  model_group_alias: "modelGroupAlias",
  retry_policy: "retryPolicy",
  model_group_retry_policy: "modelGroupRetryPolicy",
  allowed_fails_policy: "allowedFailsPolicy",
  enable_tag_filtering: "enableTagFiltering",
  tag_filtering_match_any: "tagFilteringMatchAny",
  default_max_parallel_requests: "defaultMaxParallelRequests",
} as const satisfies Partial<Record<keyof typeof fields, keyof RouterConfig>>;

/** `router_settings`: how deployments are picked, retried and given up. */
export const routerSettings: SectionDefinition = {
  name: "router_settings",
  description: "How deployments are picked, retried and given up.",
  fields,
  otherKeys: unusedRouterKeys,
};

const readStrategy = (
  name: string | undefined,
  section: SectionPlace,
): RoutingStrategy | undefined => {
  const known = ROUTING_STRATEGIES.find((candidate) => candidate === name);
  const entry = section.node.entries.get("routing_strategy");
  if (known !== undefined || name === undefined || entry === undefined) return known;
  section.context.problems.warn({
    place: entry.place,
    path: [...section.path, "routing_strategy"],
    message: `\`${COST_BASED}\` is not supported by Earshot; \`simple-shuffle\` is used in its place.`,
    remedy:
      "Write `routing_strategy: simple-shuffle`, and set `order` or `weight` on the deployments.",
  });
  return "simple-shuffle";
};

const tellPolicies = ({ node, path, context }: SectionPlace): void => {
  for (const name of ["retry_policy", "allowed_fails_policy"]) {
    const policy = node.entries.get(name)?.node;
    if (policy !== undefined) tellPolicyKeys(policy, [...path, name], context.problems);
  }
  const name = "model_group_retry_policy";
  const groups = node.entries.get(name)?.node;
  if (groups?.type !== "map") return;
  for (const [group, policy] of groups.entries)
    tellPolicyKeys(policy.node, [...path, name, group], context.problems);
};

/** What holds where no file says anything of routing. */
export const routerDefaults: DefaultSettings["router"] = {
  ...renamed(defaultsOf(fields), NAMES),
  strategy: fields.routing_strategy.default,
  fallbacks: {},
  defaultFallbacks: [],
  modelGroupAlias: {},
};

/** The keys of `reliabilityFields` as the router names them. */
export function toReliability(values: FieldValues<ReliabilityFields>): RouterConfig {
  const { "*": forAll, ...fallbacks } = values.fallbacks ?? {};
  const defaultFallbacks = values.default_fallbacks ?? forAll;
  return {
    ...renamed(values, RELIABILITY_NAMES),
    ...(values.fallbacks === undefined ? {} : { fallbacks }),
    ...(defaultFallbacks === undefined ? {} : { defaultFallbacks }),
  };
}

/** Reads `router_settings`; holds only what the file gives. */
export function readRouterSettings(section: SectionPlace): RouterConfig {
  const { routing_strategy: name, ...values } = readSection(section, fields);
  tellPolicies(section);
  const strategy = readStrategy(name, section);
  return {
    ...renamed(values, NAMES),
    ...toReliability(values),
    ...(strategy === undefined ? {} : { strategy }),
  };
}
