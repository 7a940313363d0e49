import type { RouterConfig } from "../earshot-config.ts";
import { textList } from "../field.ts";
import type { Field } from "../field.ts";
import { onlyGiven } from "../given.ts";
import { integer, seconds } from "../number-field.ts";
import { fallbackTable } from "./fallbacks.ts";
import type { FallbackTable } from "./fallbacks.ts";

/** The router's keys that LiteLLM takes from `router_settings` and from `litellm_settings`. */
export interface ReliabilityFields {
  readonly num_retries: Field<number>;
  readonly allowed_fails: Field<number>;
  readonly cooldown_time: Field<number>;
  readonly fallbacks: Field<FallbackTable>;
  readonly default_fallbacks: Field<readonly string[]>;
}

/** See `ReliabilityFields`. */
export const reliabilityFields: ReliabilityFields = {
  num_retries: integer({
    description:
      "How often one deployment is tried again after a failure that may pass, once all others were tried; a request can only ask for less.",
    minimum: 0,
    default: "2",
    example: "2",
  }),
  allowed_fails: integer({
    description: "How many failures within a minute a deployment may have before it cools down.",
    minimum: 0,
    default: "3",
    example: "3",
  }),
  cooldown_time: seconds({
    description: "How long a deployment that failed too often is left out.",
    minimum: 0,
    default: "5",
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

type ReliabilityValues = {
  readonly [K in keyof ReliabilityFields]?:
    | (ReliabilityFields[K] extends Field<infer T> ? T : never)
    | undefined;
};

const splitDefault = (
  table: FallbackTable | undefined,
  given: readonly string[] | undefined,
): Pick<RouterConfig, "fallbacks" | "defaultFallbacks"> => {
  const { "*": forAll, ...fallbacks } = table ?? {};
  return onlyGiven({
    fallbacks: table === undefined ? undefined : fallbacks,
    defaultFallbacks: given ?? forAll,
  });
};

/** The values as the router names them. */
export function toReliability(values: ReliabilityValues): RouterConfig {
  return {
    ...onlyGiven({
      numRetries: values.num_retries,
      allowedFails: values.allowed_fails,
      cooldownMs: values.cooldown_time,
    }),
    ...splitDefault(values.fallbacks, values.default_fallbacks),
  };
}
