import { RESPONSE_FORMATS } from "@earshot/core";
import type { Capabilities, ProviderDefinition, ResponseFormat } from "@earshot/core";

type Environment = Readonly<Record<string, string | undefined>>;

/** Whether one of the variables that may hold the provider's key is set. */
export const isKeySet = (
  { environment: names }: ProviderDefinition,
  environment: Environment,
): boolean => names.apiKey.some((name) => (environment[name] ?? "") !== "");

const keyText = (definition: ProviderDefinition, environment: Environment): string => {
  const { requiresApiKey, environment: names } = definition;
  const set = names.apiKey.find((name) => (environment[name] ?? "") !== "");
  if (set !== undefined) return `${set} (set)`;
  const [usual] = names.apiKey;
  if (usual === undefined) return "none needed";
  return requiresApiKey ? `${usual} (not set)` : `${usual} (optional)`;
};

/** The capabilities of the usual model and of each that differs. */
const variantsOf = ({ capabilities }: ProviderDefinition): readonly Capabilities[] => [
  capabilities.default,
  ...(capabilities.models ?? []).map(({ differs }) => ({ ...capabilities.default, ...differs })),
];

const yesOrNo = (
  variants: readonly Capabilities[],
  can: (one: Capabilities) => boolean,
): string => {
  const count = variants.filter(can).length;
  if (count === 0) return "no";
  return count === variants.length ? "yes" : "some";
};

const wordTimes = (variants: readonly Capabilities[]): string => {
  const kinds = new Set(variants.map((variant) => variant.wordTimestamps));
  const [only] = kinds;
  if (kinds.size === 1 && only !== undefined) return only === "none" ? "no" : only;
  return kinds.has("none") ? "some" : "yes";
};

/** Which answer formats the gateway can make of what the model gives. */
const worksWith = (one: Capabilities): readonly ResponseFormat[] => [
  "json",
  "text",
  ...(one.segmentTimestamps || one.wordTimestamps !== "none"
    ? (["srt", "vtt", "verbose_json"] as const)
    : []),
  ...(one.diarization ? (["diarized_json"] as const) : []),
];

const formatsText = (variants: readonly Capabilities[]): string => {
  const works = new Set(variants.flatMap(worksWith));
  const missing = RESPONSE_FORMATS.filter((format) => !works.has(format));
  if (missing.length === 0) return "all";
  return missing.length > 2 ? [...works].join(" ") : `all but ${missing.join(" ")}`;
};

/** The titles of the columns of `providerRow`. */
export const PROVIDER_COLUMNS: readonly string[] = [
  "PROVIDER",
  "KEY",
  "WORDS",
  "SEGMENTS",
  "SPEAKERS",
  "STREAMS",
  "TRANSLATES",
  "PROMPT",
  "FORMATS",
];

/** One line of the table; `some` means some of its models. */
export function providerRow(
  definition: ProviderDefinition,
  environment: Environment,
): readonly string[] {
  const variants = variantsOf(definition);
  return [
    definition.kind,
    keyText(definition, environment),
    wordTimes(variants),
    yesOrNo(variants, (one) => one.segmentTimestamps),
    yesOrNo(variants, (one) => one.diarization),
    yesOrNo(variants, (one) => one.streaming),
    yesOrNo(variants, (one) => one.translation),
    yesOrNo(variants, (one) => one.prompt || one.keywords),
    formatsText(variants),
  ];
}

/** Everything about a provider as plain data for JSON; of its key only whether it is set. */
export function providerJson(definition: ProviderDefinition, environment: Environment): object {
  const { kind, aliases = [], displayName, documentationUrl, requiresApiKey } = definition;
  return {
    kind,
    aliases,
    displayName,
    documentationUrl,
    requiresApiKey,
    apiKeyVariables: definition.environment.apiKey,
    apiKeySet: isKeySet(definition, environment),
    baseUrlVariables: definition.environment.baseUrl,
    capabilities: definition.capabilities,
    options: definition.options,
    settings: definition.settings ?? {},
  };
}
