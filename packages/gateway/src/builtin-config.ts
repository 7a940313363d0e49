import type { DeploymentConfig, EarshotConfig } from "@earshot/config";
import type { ProviderDefinition } from "@earshot/core";
import { builtinProviders } from "./builtin-providers.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** What serves when no config is given: the engine inside this process. */
export const LOCAL_MODEL = "local/moonshine-tiny-en";

const deployment = (group: string, model: string): DeploymentConfig => ({
  group,
  model,
  tags: [],
  extraHeaders: {},
  extra: {},
  modelInfo: { extra: {} },
  location: { file: "the built-in configuration", line: 0, column: 0, path: "" },
});

const hasKey = (definition: ProviderDefinition, environment: Environment): boolean =>
  definition.requiresApiKey &&
  definition.environment.apiKey.some((name) => (environment[name] ?? "") !== "");

/**
 * The configuration without a file: the local engine as `whisper` and under its own name, and
 * `provider/model` for every provider whose usual key is in the environment.
 */
export function builtinConfig(
  environment: Environment,
  definitions: readonly ProviderDefinition[] = builtinProviders,
): EarshotConfig {
  const wildcards = definitions
    .filter((definition) => hasKey(definition, environment))
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
