import type { DeploymentConfig, Diagnostic } from "@earshot/config";
import type { ProviderDefinition, TranscriptionError } from "@earshot/core";

/** What is wrong with one deployment, in the terms of `litellm_params`. */
export interface DeploymentProblem {
  /** The key of `litellm_params` at fault; undefined when the deployment as a whole is. */
  readonly key?: string | undefined;
  readonly message: string;
  readonly remedy: string;
}

/** The problem as a diagnostic that points at the key. */
export function problemOf(
  { location }: DeploymentConfig,
  { key, message, remedy }: DeploymentProblem,
): Diagnostic {
  // Deployments that no file lists have no such keys.
  const isListed = location.line > 0 && key !== undefined;
  const path = isListed ? `${location.path}.litellm_params.${key}` : location.path;
  return { severity: "error", ...location, path, message, remedy };
}

const CONFIG_KEYS: ReadonlyMap<string, string> = new Map([
  ["apiKey", "api_key"],
  ["baseUrl", "api_base"],
  ["apiVersion", "api_version"],
  ["headers", "extra_headers"],
]);

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** Providers write what is wrong and then how to mend it: as two sentences, or with a colon between. */
const splitMessage = (message: string): { readonly message: string; readonly remedy?: string } => {
  const sentences = /^(.+?[.!?]) (\p{Lu}.*)$/su.exec(message);
  const parts = sentences ?? /^(.+): ((?:add|give|pass|remove|set|use|write)\b.*)$/su.exec(message);
  const [, problem, remedy] = parts ?? [];
  if (problem === undefined || remedy === undefined) return { message };
  return { message: problem.replace(/[^.!?]$/u, "$&."), remedy: capitalized(remedy) };
};

interface SettingSource {
  readonly definition?: ProviderDefinition | undefined;
  /** The environment variable that the setting came from. */
  readonly variable?: string | undefined;
}

const usualRemedy = (
  key: string | undefined,
  description: string | undefined,
  model: string,
): string => {
  if (key === undefined) return `Change the litellm_params of '${model}'.`;
  return description === undefined
    ? `Change litellm_params.${key} of '${model}'.`
    : `Change litellm_params.${key}. It means: ${description}`;
};

const describeSetting = (
  definition: ProviderDefinition | undefined,
  key: string | undefined,
): string | undefined => {
  const settings = definition?.settings ?? {};
  return key !== undefined && Object.hasOwn(settings, key) ? settings[key]?.description : undefined;
};

/** What a provider says against its settings. */
export function refusalOf(
  error: TranscriptionError,
  config: DeploymentConfig,
  { definition, variable }: SettingSource,
): DeploymentProblem {
  const { param } = error;
  const key = param === undefined ? undefined : (CONFIG_KEYS.get(param) ?? param);
  const { message, remedy } = splitMessage(error.message);
  // What a provider says knows of the config only.
  if (variable !== undefined && key !== undefined && remedy?.startsWith("Set ") !== false)
    return {
      key,
      message,
      remedy: `Change the environment variable ${variable}, or write litellm_params.${key}.`,
    };
  const description = describeSetting(definition, key);
  return { key, message, remedy: remedy ?? usualRemedy(key, description, config.model) };
}
