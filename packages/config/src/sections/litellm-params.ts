import type { JsonValue } from "@earshot/core";
import { z } from "zod";
import { isNull } from "../config-node.ts";
import type { DeploymentConfig } from "../earshot-config.ts";
import { flag, text, textList, textMap } from "../field.ts";
import { onlyGiven } from "../given.ts";
import { plainAddress } from "../misdirection.ts";
import { decimal, integer, megabytes, seconds } from "../number-field.ts";
import { readFields } from "../read-values.ts";
import type { SectionDefinition, SectionPlace } from "../section.ts";
import { chatOnlyParams } from "./chat-only-params.ts";
import { readProviderParams } from "./provider-params.ts";
import { requestFields } from "./request-fields.ts";
import { unsupportedParams } from "./unsupported-params.ts";

const connectionFields = {
  model: text({
    description:
      "The provider and its own name of the model, such as `azure/my-whisper`; without a prefix it is OpenAI's.",
    example: "whisper-1",
    shown: true,
  }),
  custom_llm_provider: text({
    description: "The provider, when `model` does not begin with it.",
    default: "the prefix of `model`",
    example: "openai",
    shown: true,
  }),
  api_key: text({
    description: "The provider's key.",
    default: "the provider's usual environment variable",
    example: "os.environ/OPENAI_API_KEY",
  }),
  api_base: text({
    description: "The address of the provider's API.",
    mayBeEmpty: false,
    default: "the provider's public address",
    example: "https://api.example.com/v1",
  }),
  base_url: text({
    description: "Another name of `api_base`; the two must not differ.",
    mayBeEmpty: false,
    default: "`api_base`",
    example: "https://api.example.com/v1",
  }),
  api_version: text({
    description: "The version of the API, for Azure; a date stays text.",
    example: "2024-10-21",
    shown: true,
  }),
  organization: text({
    description: "The organization that is billed, for OpenAI.",
    expected: "one organization as text (one deployment for each)",
    example: "org-example",
  }),
  extra_headers: textMap({
    description: "Headers that are sent with every call.",
    default: "none",
    example: "{ X-Team: speech }",
  }),
};

const routingFields = {
  timeout: seconds({
    description: "How long one attempt may take.",
    default: "`router_settings.timeout`",
    example: "600",
  }),
  stream_timeout: seconds({
    description: "How long an attempt with `stream=true` may take until its answer begins.",
    default: "`router_settings.stream_timeout`",
  }),
  stream_idle_timeout: seconds({
    description: "How long a stream that has begun may be silent before it is given up.",
    default: "`router_settings.stream_idle_timeout`, else `stream_timeout`, else 60",
  }),
  num_retries: integer({
    description: "How often this deployment is tried again after a failure that may pass.",
    minimum: 0,
    default: "`router_settings.num_retries`",
    example: "2",
  }),
  weight: decimal({
    description: "The share of the requests, in proportion to the weights of the group.",
    minimum: 0,
    default: "`rpm`, else `tpm`, else an equal share",
  }),
  rpm: decimal({
    description: "Requests a minute; the share of the requests when no `weight` is given.",
    unit: "requests a minute",
    minimum: 0,
    example: "60",
  }),
  tpm: decimal({
    description: "Tokens a minute; the share when neither `weight` nor `rpm` is given.",
    unit: "tokens a minute",
    minimum: 0,
    example: "10000",
  }),
  order: integer({
    description: "Deployments with a lower number are tried first.",
    minimum: 0,
    default: "after those that have one",
  }),
  max_parallel_requests: integer({
    description: "How many requests may be under way at once.",
    minimum: 1,
    default: "`router_settings.default_max_parallel_requests`",
    example: "10",
  }),
  cooldown_time: seconds({
    description: "How long the deployment is left out after too many failures; 0 for never.",
    minimum: 0,
    default: "`router_settings.cooldown_time`",
    example: "30",
  }),
  allowed_fails: integer({
    description: "How many failures within a minute it may have before it cools down.",
    minimum: 0,
    default: "`router_settings.allowed_fails`",
    example: "3",
  }),
  tags: textList({
    description: "Words that requests pick deployments by; see `enable_tag_filtering`.",
    default: "none",
    example: "[eu, free]",
  }),
  max_file_size_mb: megabytes({
    description: "The largest file that is sent to this deployment.",
    default: "the provider's own limit",
  }),
  drop_params: flag({
    description: "Leave out what the provider does not support instead of refusing the request.",
    default: "`litellm_settings.drop_params`",
  }),
};

const fields = { ...connectionFields, ...routingFields, ...requestFields };
const schema = z.object(fields).partial();
const PRESETS = ["language", "prompt", "keywords", "temperature", "diarize"] as const;

/** `litellm_params`: how one deployment reaches its provider, and its share of the work. */
export const litellmParams: SectionDefinition = {
  name: "litellm_params",
  description:
    "How one deployment reaches its provider, and its share of the work. Parameters of the provider itself may stand here too.",
  fields,
  required: ["model"],
  otherKeys: [...chatOnlyParams, ...unsupportedParams],
  open: true,
  placesAudio: true,
};

/** What `litellm_params` says of a deployment. */
export type ParamsConfig = Partial<
  Omit<DeploymentConfig, "group" | "modelInfo" | "id" | "location">
>;

/** LiteLLM reads both names; two addresses at once leave open where the audio goes. */
const readAddress = (
  {
    api_base: apiBase,
    base_url: baseUrl,
  }: Readonly<Partial<Record<"api_base" | "base_url", string | undefined>>>,
  { node, path, context }: SectionPlace,
): string | undefined => {
  if (
    apiBase !== undefined &&
    baseUrl !== undefined &&
    plainAddress(apiBase) !== plainAddress(baseUrl)
  )
    context.problems.error({
      place: node.entries.get("base_url")?.place ?? node.place,
      path: [...path, "base_url"],
      message: "`api_base` and `base_url` name two addresses, and the audio can go to one only.",
      remedy: "Keep the right one of them, as `api_base`.",
    });
  return apiBase ?? baseUrl;
};

const TWINS: ReadonlySet<string> = new Set(["api_base", "base_url"]);

/** Null beside the other name of the address says nothing: there the audio's way is clear. */
const withoutEmptyTwin = (section: SectionPlace): SectionPlace => {
  const { entries } = section.node;
  const isNothing = (key: string): boolean => isNull(entries.get(key)?.node ?? section.node);
  const kept = [...entries].filter(([key]) => !(TWINS.has(key) && isNothing(key)));
  if (!kept.some(([key]) => TWINS.has(key))) return section;
  return { ...section, node: { ...section.node, entries: new Map(kept) } };
};

/** Reads `litellm_params`. */
export function readLitellmParams(written: SectionPlace): ParamsConfig {
  const section = withoutEmptyTwin(written);
  const { values, others } = readFields(section, schema);
  const { model, custom_llm_provider: customProvider } = values;
  const presets = PRESETS.flatMap((name): [string, JsonValue][] => {
    const value = values[name];
    return value === undefined ? [] : [[name, value]];
  });
  const own =
    model === undefined ? {} : readProviderParams(section, others, { model, customProvider });
  return onlyGiven({
    model,
    customProvider,
    apiKey: values.api_key,
    apiBase: readAddress(values, section),
    apiVersion: values.api_version,
    organization: values.organization,
    timeoutMs: values.timeout,
    streamTimeoutMs: values.stream_timeout,
    streamIdleTimeoutMs: values.stream_idle_timeout,
    rpm: values.rpm,
    tpm: values.tpm,
    weight: values.weight,
    order: values.order,
    maxParallelRequests: values.max_parallel_requests,
    numRetries: values.num_retries,
    cooldownMs: values.cooldown_time,
    allowedFails: values.allowed_fails,
    maxFileSizeMb: values.max_file_size_mb,
    dropParams: values.drop_params,
    tags: values.tags,
    extraHeaders: values.extra_headers,
    extra: { ...Object.fromEntries(presets), ...own },
  });
}
