import type { DeploymentConfig, EarshotConfig } from "@earshot/config";
import { TranscriptionError } from "@earshot/core";
import type { ProviderDefinition } from "@earshot/core";
import { builtinProviders } from "./builtin-providers.ts";
import { createProviderRegistry } from "./provider-registry.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What serves when no config is given: the engine inside this process. */
export const LOCAL_MODEL = "local/moonshine-tiny-en";

/** Stands for the file in the locations of its deployments. */
const BUILTIN_PLACE = "the built-in configuration";

const deployment = (group: string, model: string): DeploymentConfig => ({
  group,
  model,
  tags: [],
  extraHeaders: {},
  extra: {},
  modelInfo: { extra: {} },
  location: { file: BUILTIN_PLACE, line: 0, column: 0, path: "" },
});

/** Whether one of the variables has a value; an empty or blank one counts as missing. */
function isSet(environment: Environment, names: readonly string[]): boolean {
  return names.some((name) => (environment[name] ?? "").trim() !== "");
}

/** Whether the environment alone is enough to reach the provider: a key, and an address if it has none of its own. */
const isReachable = (definition: ProviderDefinition, environment: Environment): boolean => {
  const { apiKey, baseUrl } = definition.environment;
  if (!definition.requiresApiKey || !isSet(environment, apiKey)) return false;
  return definition.requiresBaseUrl !== true || isSet(environment, baseUrl);
};

/**
 * The configuration without a file: the local engine as `whisper` and under its own name, and
 * `provider/model` for every provider whose usual key is in the environment.
 */
export function builtinConfig(
  environment: Environment,
  definitions: readonly ProviderDefinition[] = builtinProviders,
): EarshotConfig {
  const wildcards = definitions
    .filter((definition) => isReachable(definition, environment))
    .map(({ kind }) => deployment(`${kind}/*`, `${kind}/*`));
  return {
    deployments: [
      deployment("whisper", LOCAL_MODEL),
      deployment(LOCAL_MODEL, LOCAL_MODEL),
      ...wildcards,
    ],
    router: {},
    general: {},
    settings: { dropParams: false },
    providers: [],
    environment: {},
  };
}

const missingVariables = (
  definition: ProviderDefinition,
  environment: Environment,
): readonly string[] => {
  const { apiKey, baseUrl } = definition.environment;
  const needed = [
    ...(definition.requiresApiKey ? [apiKey] : []),
    ...(definition.requiresBaseUrl === true ? [baseUrl] : []),
  ];
  return needed.flatMap((names) => (isSet(environment, names) ? [] : names.slice(0, 1)));
};

/** Which variable would bring the model, for those who named a known provider. */
const hintFor = (model: string, environment: Environment): string | undefined => {
  const definition = createProviderRegistry(builtinProviders).find(model.split("/")[0] ?? "");
  if (definition?.requiresApiKey !== true || !model.includes("/")) return undefined;
  const missing = missingVariables(definition, environment);
  return missing.length === 0
    ? undefined
    : `Set ${missing.join(" and ")} in the environment of Earshot to use ${definition.displayName}.`;
};

/**
 * What to throw for an error under the built-in configuration: its `model_not_found` also names the
 * environment variable that would bring the model. With a config file only the file brings models.
 */
export function withVariableHint(
  error: unknown,
  { config, environment, model }: HintSource,
): unknown {
  if (config.deployments[0]?.location.file !== BUILTIN_PLACE) return error;
  if (!TranscriptionError.is(error) || error.code !== "model_not_found") return error;
  return error.with({ remedy: hintFor(model, environment), param: "model", cause: error });
}

export interface HintSource {
  readonly config: EarshotConfig;
  readonly environment: Environment;
  /** As the client asked for it. */
  readonly model: string;
}
