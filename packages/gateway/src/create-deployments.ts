import { ConfigError } from "@earshot/config";
import type { DeploymentConfig, Diagnostic } from "@earshot/config";
import { capabilitiesOf, TranscriptionError } from "@earshot/core";
import type {
  Capabilities,
  JsonValue,
  Logger,
  OptionValue,
  Provider,
  ProviderDefinition,
  ProviderSettings,
} from "@earshot/core";
import { requireHeaders } from "@earshot/provider-kit";
import type { Deployment } from "@earshot/router";
import { problemOf, refusedSetting, writing } from "./deployment-problem.ts";
import { toOptionValues } from "./option-values.ts";
import type { ProviderRegistry } from "./provider-registry.ts";
import { PRESET_FIELDS } from "./to-asked.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What the gateway needs beyond the router's own data to run one deployment. */
export interface DeploymentTarget {
  readonly deployment: Deployment;
  readonly definition: ProviderDefinition;
  readonly provider: Provider;
  /** The provider's model name; `*` is replaced by what the client's wildcard matched. */
  readonly model: string;
  /** Options from `litellm_params`, sent with every request unless the client gives its own. */
  readonly options: Readonly<Record<string, OptionValue>>;
  /** Request fields from `litellm_params` (`language`, `prompt`, …) for clients that send none. */
  readonly defaults: Readonly<Record<string, JsonValue>>;
  readonly dropParams: boolean;
  /** Whether clients may send options that reach into the operator's account or network. */
  readonly allowRemoteInputs: boolean;
}

export interface DeploymentSources {
  readonly registry: ProviderRegistry;
  readonly environment: Environment;
  readonly dropParams: boolean;
  readonly allowRemoteInputs: boolean;
  readonly logger: Logger;
}

const isSet = (value: string | undefined): value is string =>
  value !== undefined && value.trim() !== "";

const firstName = (environment: Environment, names: readonly string[]): string | undefined =>
  names.find((name) => isSet(environment[name]));

const firstSet = (environment: Environment, names: readonly string[]): string | undefined =>
  environment[firstName(environment, names) ?? ""];

const comparable = (address: string | undefined): string =>
  (address ?? "").trim().replace(/\/+$/u, "");

/** The address of the environment. Throws `invalid_request` where two variables differ: audio goes there. */
const environmentBaseUrl = (
  { kind, environment: { baseUrl: names } }: ProviderDefinition,
  environment: Environment,
): string | undefined => {
  const [first, ...others] = names.filter((name) => isSet(environment[name]));
  if (first === undefined) return undefined;
  const other = others.find(
    (name) => comparable(environment[name]) !== comparable(environment[first]),
  );
  if (other === undefined) return environment[first];
  throw new TranscriptionError(
    "invalid_request",
    `The environment variables ${first} and ${other} name two addresses.`,
    {
      param: "baseUrl",
      provider: kind,
      remedy: "Unset one of them, or write litellm_params.api_base.",
    },
  );
};

const isToken = (name: string): boolean => name.endsWith("_token");

/**
 * Completes a deployment's settings from the environment variables that its provider names. A key and
 * a token exclude each other, so what the config has of them keeps the other one out.
 */
export function toProviderSettings(
  definition: ProviderDefinition,
  config: DeploymentConfig,
  sources: Pick<DeploymentSources, "environment" | "logger">,
): ProviderSettings {
  const { environment: names } = definition;
  const { environment, logger } = sources;
  const baseModel = config.modelInfo.baseModel;
  const hasToken = Object.keys(config.extra).some(isToken);
  const apiKey = config.apiKey ?? (hasToken ? undefined : firstSet(environment, names.apiKey));
  const fromEnvironment = Object.entries(names.settings ?? {})
    .filter(([name]) => apiKey === undefined || !isToken(name))
    .map(([name, variables]) => [name, firstSet(environment, variables)] as const);
  const extra = { ...Object.fromEntries(fromEnvironment), base_model: baseModel, ...config.extra };
  return {
    apiKey,
    baseUrl: config.apiBase ?? environmentBaseUrl(definition, environment),
    apiVersion: config.apiVersion ?? firstSet(environment, names.apiVersion ?? []),
    organization: config.organization ?? firstSet(environment, names.organization ?? []),
    headers: config.extraHeaders,
    extra: toOptionValues(extra, definition.settings ?? {}).options,
    logger,
  };
}

/** The environment variable that a setting came from; undefined where the config itself has it. */
const variableOf = (
  param: string | undefined,
  config: DeploymentConfig,
  sources: Pick<DeploymentSources, "environment"> & {
    readonly definition: ProviderDefinition | undefined;
  },
): string | undefined => {
  const names = sources.definition?.environment;
  if (names === undefined) return undefined;
  if (param === "apiKey" && config.apiKey === undefined)
    return firstName(sources.environment, names.apiKey);
  if (param === "baseUrl" && config.apiBase === undefined)
    return firstName(sources.environment, names.baseUrl);
  return param === "api_version" && config.apiVersion === undefined
    ? firstName(sources.environment, names.apiVersion ?? [])
    : undefined;
};

const unknownProvider = (config: DeploymentConfig, registry: ProviderRegistry): Diagnostic => {
  const name = config.customProvider ?? config.model.split("/")[0] ?? config.model;
  const known = registry.definitions.map((definition) => definition.kind).join(", ");
  return problemOf(config, {
    key: config.customProvider === undefined ? "model" : "custom_llm_provider",
    message: `No provider is called '${name}'.`,
    remedy: `Use one of ${known}, or name the package that brings it under earshot_settings.providers.`,
  });
};

const missingKey = (config: DeploymentConfig, definition: ProviderDefinition): Diagnostic =>
  problemOf(config, {
    key: "api_key",
    message: `The deployment '${config.model}' has no API key.`,
    remedy: `Set the environment variable ${definition.environment.apiKey[0] ?? "with the key"}, or ${writing(config, "api_key")}.`,
  });

const createDeployment = (
  config: DeploymentConfig,
  id: string,
  sources: DeploymentSources,
): DeploymentTarget | Diagnostic => {
  const resolved = sources.registry.resolve(config.model, config.customProvider);
  if (resolved === undefined) return unknownProvider(config, sources.registry);
  const { definition, model } = resolved;
  const settings = toProviderSettings(definition, config, sources);
  if (definition.requiresApiKey && settings.apiKey === undefined && !hasOtherCredentials(settings))
    return missingKey(config, definition);
  requireHeaders(definition.kind, settings.headers ?? {});
  const provider = definition.create({
    ...settings,
    id,
    model: model.includes("*") ? undefined : model,
  });
  const preset = Object.entries(config.extra).filter(([name]) => PRESET_FIELDS.includes(name));
  const ownOptions = Object.entries(config.extra).filter(([name]) => !PRESET_FIELDS.includes(name));
  const { capabilities } = provider;
  const dropParams = config.dropParams ?? sources.dropParams;
  return {
    deployment: {
      id,
      group: config.group,
      capabilities: withOwnLimit(
        capabilitiesOf(capabilities, config.modelInfo.baseModel ?? model),
        config.maxFileSizeMb,
      ),
      tags: config.tags,
      dropParams,
      weight: config.weight,
      rpm: config.rpm,
      tpm: config.tpm,
      order: config.order,
      maxParallelRequests: config.maxParallelRequests,
      timeoutMs: config.timeoutMs,
      streamTimeoutMs: config.streamTimeoutMs,
      streamIdleTimeoutMs: config.streamIdleTimeoutMs,
      numRetries: config.numRetries,
      cooldownMs: config.cooldownMs,
      allowedFails: config.allowedFails,
    },
    definition,
    provider,
    model,
    options: toOptionValues(Object.fromEntries(ownOptions), definition.options).options,
    defaults: Object.fromEntries(preset),
    dropParams,
    allowRemoteInputs: sources.allowRemoteInputs,
  };
};

const MEBIBYTE = 1024 * 1024;

/** The smaller of the provider's and the operator's limit. */
const withOwnLimit = (can: Capabilities, maxFileSizeMb: number | undefined): Capabilities =>
  maxFileSizeMb === undefined
    ? can
    : { ...can, maxSizeBytes: Math.min(can.maxSizeBytes ?? Infinity, maxFileSizeMb * MEBIBYTE) };

/** Some providers take a token instead of a key; `create` itself checks that one of them is there. */
const hasOtherCredentials = (settings: ProviderSettings): boolean =>
  Object.keys(settings.extra ?? {}).some(isToken);

const uniqueId = (config: DeploymentConfig, taken: ReadonlySet<string>): string => {
  if (config.id !== undefined) return config.id;
  for (let number = 1; ; number++) {
    const id = number === 1 ? config.model : `${config.model}#${number}`;
    if (!taken.has(id)) return id;
  }
};

/**
 * Builds every deployment of the config with its provider. Throws one `ConfigError` that holds all
 * problems: unknown providers, missing keys, settings that a provider refuses.
 */
export function createDeployments(
  configs: readonly DeploymentConfig[],
  sources: DeploymentSources,
): readonly DeploymentTarget[] {
  const targets: DeploymentTarget[] = [];
  const problems: Diagnostic[] = [];
  const taken = new Set(configs.flatMap((config) => config.id ?? []));
  for (const config of configs) {
    const id = uniqueId(config, taken);
    taken.add(id);
    try {
      const built = createDeployment(config, id, sources);
      if ("severity" in built) problems.push(built);
      else targets.push(built);
    } catch (error) {
      if (!TranscriptionError.is(error)) throw error;
      const definition = sources.registry.resolve(config.model, config.customProvider)?.definition;
      const variable = variableOf(error.param, config, { definition, ...sources });
      problems.push(problemOf(config, refusedSetting(error, config, { definition, variable })));
    }
  }
  if (problems.length > 0) throw new ConfigError(problems);
  return targets;
}
