import type { DeploymentConfig, EarshotConfig } from "@earshot/config";
import type { ProviderDefinition } from "@earshot/core";
import { builtinProviders } from "./builtin-providers.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What serves when no config is given: the engine inside this process. */
export const LOCAL_MODEL = "local/moonshine-tiny-en";

/** Stands for the file in the locations of its deployments. */
export const BUILTIN_PLACE = "the built-in configuration";

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
export function isSet(environment: Environment, names: readonly string[]): boolean {
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
