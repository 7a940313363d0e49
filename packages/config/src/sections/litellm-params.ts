import { isNull } from "../config-node.ts";
import type { DeploymentConfig } from "../earshot-config.ts";
import { flag, renamed, text, textList, textMap } from "../field.ts";
import { plainAddress } from "../keys-without-field.ts";
import { decimal, integer, megabytes, seconds } from "../number-field.ts";
import { readFields } from "../read-section.ts";
import type { SectionDefinition, SectionPlace } from "../section.ts";
import { readProviderParams } from "./provider-params.ts";
import { unusedParams } from "./unused-params.ts";

const connectionFields = {
  model: text({
    description:
      "The provider and its own name of the model, such as `azure/my-whisper`; without a prefix it is OpenAI's.",
    example: "whisper-1",
    shown: true,
  }),
  custom_llm_provider: text({
    description: "The provider, when `model` does not begin with it.",
    defaultNote: "the prefix of `model`",
    example: "openai",
    shown: true,
  }),
  api_key: text({
    description: "The provider's key.",
    defaultNote: "the provider's usual environment variable",
    example: "os.environ/OPENAI_API_KEY",
  }),
  api_base: text({
    description: "The address of the provider's API.",
    mayBeEmpty: false,
    defaultNote: "the provider's public address",
    example: "https://api.example.com/v1",
  }),
  base_url: text({
    description: "Another name of `api_base`; the two must not differ.",
    mayBeEmpty: false,
    defaultNote: "`api_base`",
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
    defaultNote: "none",
    example: "{ X-Team: speech }",
  }),
};

const routingFields = {
  timeout: seconds({
    description: "How long one attempt may take.",
    defaultNote: "`router_settings.timeout`",
    example: "600",
  }),
  stream_timeout: seconds({
    description: "How long an attempt with `stream=true` may take until its answer begins.",
    defaultNote: "`router_settings.stream_timeout`",
  }),
  stream_idle_timeout: seconds({
    description: "How long a stream that has begun may be silent before it is given up.",
    defaultNote: "`router_settings.stream_idle_timeout`, else `stream_timeout`, else 60",
  }),
  num_retries: integer({
    description: "How often this deployment is tried again after a failure that may pass.",
    minimum: 0,
    defaultNote: "`router_settings.num_retries`",
    example: "2",
  }),
  weight: decimal({
    description: "The share of the requests, in proportion to the weights of the group.",
    minimum: 0,
    defaultNote: "`rpm`, else `tpm`, else an equal share",
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
    defaultNote: "after those that have one",
  }),
  max_parallel_requests: integer({
    description: "How many requests may be under way at once.",
    minimum: 1,
    defaultNote: "`router_settings.default_max_parallel_requests`",
    example: "10",
  }),
  cooldown_time: seconds({
    description: "How long the deployment is left out after too many failures; 0 for never.",
    minimum: 0,
    defaultNote: "`router_settings.cooldown_time`",
    example: "30",
  }),
  allowed_fails: integer({
    description: "How many failures within a minute it may have before it cools down.",
    minimum: 0,
    defaultNote: "`router_settings.allowed_fails`",
    example: "3",
  }),
  tags: textList({
    description: "Words that requests pick deployments by; see `enable_tag_filtering`.",
    defaultNote: "none",
    example: "[eu, free]",
  }),
  max_file_size_mb: megabytes({
    description: "The largest file that is sent to this deployment.",
    defaultNote: "the provider's own limit",
  }),
  drop_params: flag({
    description: "Leave out what the provider does not support instead of refusing the request.",
    defaultNote: "`litellm_settings.drop_params`",
  }),
};

/** Fields of a request that a deployment may preset; the request's own value comes first. */
const presetFields = {
  language: text({
    description: "Language of the audio for requests that name none.",
    defaultNote: "detected",
    example: "en",
    shown: true,
  }),
  prompt: text({
    description: "Prompt of requests that have none.",
    example: '"Names: Ada, Alan"',
  }),
  keywords: textList({
    description: "Names and terms to listen for, for requests that have none.",
    example: "[Earshot, Kubernetes]",
  }),
  temperature: decimal({
    description: "Sampling temperature of requests that have none.",
    minimum: 0,
    maximum: 1,
    defaultNote: "the provider's",
    example: "0",
  }),
  diarize: flag({
    description: "Whether speakers are told apart in requests that do not say.",
    default: false,
  }),
};

const fields = { ...connectionFields, ...routingFields, ...presetFields };

/** `litellm_params`: how one deployment reaches its provider, and its share of the work. */
export const litellmParams: SectionDefinition = {
  name: "litellm_params",
  description:
    "How one deployment reaches its provider, and its share of the work. Parameters of the provider itself may stand here too.",
  fields,
  required: ["model"],
  otherKeys: unusedParams,
  open: true,
  placesAudio: true,
};

/** What `litellm_params` says of a deployment. */
export type ParamsConfig = Partial<
  Omit<DeploymentConfig, "group" | "modelInfo" | "id" | "location">
>;

const NAMES = {
  model: "model",
  custom_llm_provider: "customProvider",
  api_key: "apiKey",
  api_version: "apiVersion",
  organization: "organization",
  extra_headers: "extraHeaders",
  timeout: "timeoutMs",
  stream_timeout: "streamTimeoutMs",
  stream_idle_timeout: "streamIdleTimeoutMs",
  num_retries: "numRetries",
  weight: "weight",
  rpm: "rpm",
  tpm: "tpm",
  order: "order",
  max_parallel_requests: "maxParallelRequests",
  cooldown_time: "cooldownMs",
  allowed_fails: "allowedFails",
  tags: "tags",
  max_file_size_mb: "maxFileSizeMb",
  drop_params: "dropParams",
} as const;

const PRESET_NAMES = {
  language: "language",
  prompt: "prompt",
  keywords: "keywords",
  temperature: "temperature",
  diarize: "diarize",
} as const;

/** LiteLLM reads both names; two addresses at once leave open where the audio goes. */
const readAddress = (
  apiBase: string | undefined,
  baseUrl: string | undefined,
  { node, path, context }: SectionPlace,
): string | undefined => {
  const [one, other] = [apiBase, baseUrl].map((address) => address && plainAddress(address));
  if (one !== undefined && other !== undefined && one !== other)
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
  const { values, others } = readFields(section, fields);
  const { model, custom_llm_provider: customProvider } = values;
  const apiBase = readAddress(values.api_base, values.base_url, section);
  const own =
    model === undefined ? {} : readProviderParams(section, others, { model, customProvider });
  return {
    ...renamed(values, NAMES),
    ...(apiBase === undefined ? {} : { apiBase }),
    extra: { ...renamed(values, PRESET_NAMES), ...own },
  };
}
