import { nearestName } from "@earshot/core";
import { z } from "zod";
import type { RouterConfig, RoutingStrategy } from "../earshot-config.ts";
import { describeField, flag } from "../field.ts";
import type { Field } from "../field.ts";
import { onlyGiven } from "../given.ts";
import { integer, seconds } from "../number-field.ts";
import { readSection } from "../read-values.ts";
import type { SectionDefinition, SectionPlace } from "../section.ts";
import {
  allowedFailsPolicy,
  groupRetryPolicies,
  retryPolicy,
  tellPolicyKeys,
} from "./error-policy.ts";
import { aliasTable } from "./fallbacks.ts";
import { reliabilityFields, toReliability } from "./reliability-fields.ts";
import { unusedRouterKeys } from "./unused-router-keys.ts";

const STRATEGIES: readonly RoutingStrategy[] = [
  "simple-shuffle",
  "least-busy",
  "latency-based-routing",
  "usage-based-routing",
  "usage-based-routing-v2",
];
/** LiteLLM has it, Earshot does not know what anything costs. */
const COST_BASED = "cost-based-routing";

const strategy = (): Field<string> => {
  const all = new Set<string>([...STRATEGIES, COST_BASED]);
  const expected = `one of ${STRATEGIES.map((name) => `\`${name}\``).join(", ")}`;
  const schema = z.string({ error: expected }).refine((name) => all.has(name), {
    error: ({ input }) => {
      const nearest = nearestName(String(input), STRATEGIES);
      return nearest === undefined ? expected : `${expected} (most likely \`${nearest}\`)`;
    },
  });
  return describeField(schema, {
    description: "How a deployment of a group is picked; `cost-based-routing` is not supported.",
    default: "`simple-shuffle`",
    expected,
    example: "simple-shuffle",
    shown: true,
    jsonSchema: { enum: [...all] },
  });
};

const fields = {
  routing_strategy: strategy(),
  ...reliabilityFields,
  timeout: seconds({
    description: "How long one attempt may take, from the first byte sent to the last received.",
    default: "600",
    example: "600",
  }),
  stream_timeout: seconds({
    description: "How long an attempt with `stream=true` may take until its answer begins.",
    default: "`timeout`",
    example: "60",
  }),
  stream_idle_timeout: seconds({
    description: "How long a stream that has begun may be silent before it is given up.",
    default: "`stream_timeout`, else 60",
  }),
  retry_after: seconds({
    description: "The shortest pause before a retry; a provider's own `Retry-After` may be longer.",
    minimum: 0,
    default: "0",
    example: "1",
  }),
  disable_cooldowns: flag({
    description: "Keep using deployments however often they fail.",
    default: "false",
  }),
  max_fallbacks: integer({
    description: "How many fallback groups one request may go through.",
    minimum: 0,
    default: "5",
    example: "5",
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
    default: "false",
  }),
  tag_filtering_match_any: flag({
    description:
      "Whether one common tag is enough; otherwise all of the request's tags must be there.",
    default: "true",
  }),
  default_max_parallel_requests: integer({
    description: "`max_parallel_requests` of deployments that have none of their own.",
    minimum: 1,
    default: "no limit",
    example: "10",
  }),
};

const schema = z.object(fields).partial();

/** `router_settings`: how deployments are picked, retried and given up. */
export const routerSettings: SectionDefinition = {
  name: "router_settings",
  description: "How deployments are picked, retried and given up.",
  fields,
  required: [],
  otherKeys: unusedRouterKeys,
  open: false,
};

const readStrategy = (
  name: string | undefined,
  section: SectionPlace,
): RoutingStrategy | undefined => {
  const known = STRATEGIES.find((candidate) => candidate === name);
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

/** Reads `router_settings`; holds only what the file gives. */
export function readRouterSettings(section: SectionPlace): RouterConfig {
  const values = readSection(section, schema);
  tellPolicies(section);
  return {
    ...toReliability(values),
    ...onlyGiven({
      strategy: readStrategy(values.routing_strategy, section),
      timeoutMs: values.timeout,
      streamTimeoutMs: values.stream_timeout,
      streamIdleTimeoutMs: values.stream_idle_timeout,
      retryAfterMs: values.retry_after,
      disableCooldowns: values.disable_cooldowns,
      maxFallbacks: values.max_fallbacks,
      modelGroupAlias: values.model_group_alias,
      retryPolicy: values.retry_policy,
      modelGroupRetryPolicy: values.model_group_retry_policy,
      allowedFailsPolicy: values.allowed_fails_policy,
      enableTagFiltering: values.enable_tag_filtering,
      tagFilteringMatchAny: values.tag_filtering_match_any,
      defaultMaxParallelRequests: values.default_max_parallel_requests,
    }),
  };
}
