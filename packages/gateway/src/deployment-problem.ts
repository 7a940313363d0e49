import type { DeploymentConfig, Diagnostic } from "@earshot/config";
import type { ProviderDefinition, TranscriptionError } from "@earshot/core";

/** Stands for the file in the location of a deployment that a call of `transcription` describes. */
export const CALL = "the call of transcription()";

/** What is wrong with one deployment, in the terms of `litellm_params`. */
export interface DeploymentProblem {
  /** The key of `litellm_params` at fault; undefined when the deployment as a whole is. */
  readonly key?: string | undefined;
  readonly message: string;
  readonly remedy: string;
}

/** The names of settings in `ProviderSettings`, in `litellm_params`, and as options of a call. */
const NAMES: readonly (readonly [setting: string, key: string, option: string])[] = [
  ["apiKey", "api_key", "apiKey"],
  ["baseUrl", "api_base", "apiBase"],
  ["apiVersion", "api_version", "apiVersion"],
  ["headers", "extra_headers", "extraHeaders"],
];

const isCall = ({ location }: DeploymentConfig): boolean => location.file === CALL;

const optionOf = (key: string): string | undefined => NAMES.find((names) => names[1] === key)?.[2];

/** How the user sets it, to stand inside of a sentence. */
export const writing = (config: DeploymentConfig, key: string): string =>
  isCall(config) ? `pass '${optionOf(key) ?? key}'` : `write litellm_params.${key}`;

/** The problem as a diagnostic that points at the key, or at the option of the call. */
export function problemOf(
  config: DeploymentConfig,
  { key, message, remedy }: DeploymentProblem,
): Diagnostic {
  const { location } = config;
  const option = isCall(config) ? optionOf(key ?? "") : undefined;
  // Deployments that no file lists have no such keys.
  const isListed = location.line > 0 && key !== undefined;
  const path = isListed ? `${location.path}.litellm_params.${key}` : (option ?? location.path);
  return { severity: "error", ...location, path, message, remedy };
}

const capitalized = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

interface SettingSource {
  readonly definition?: ProviderDefinition | undefined;
  /** The environment variable that the setting came from. */
  readonly variable?: string | undefined;
}

const usualRemedy = (
  config: DeploymentConfig,
  key: string | undefined,
  definition: ProviderDefinition | undefined,
): string => {
  if (key === undefined) return `Change the litellm_params of '${config.model}'.`;
  const settings = definition?.settings ?? {};
  const description = Object.hasOwn(settings, key) ? settings[key]?.description : undefined;
  return description === undefined
    ? `Change litellm_params.${key} of '${config.model}'.`
    : `Change litellm_params.${key}. It means: ${description}`;
};

/** What a provider says against its settings; its remedies know of the config only. */
export function refusedSetting(
  error: TranscriptionError,
  config: DeploymentConfig,
  { definition, variable }: SettingSource,
): DeploymentProblem {
  const setting = error.setting ?? error.param;
  const common = NAMES.find((names) => names[0] === setting)?.[1];
  const key = common ?? setting;
  const problem = { key, message: error.problem };
  const isUsual = error.setting !== undefined || error.remedy === undefined;
  if (isUsual && variable !== undefined && key !== undefined)
    return {
      ...problem,
      remedy: `Change the environment variable ${variable}, or ${writing(config, key)}.`,
    };
  if (common !== undefined && isCall(config))
    return { ...problem, remedy: `${capitalized(writing(config, common))}.` };
  return { ...problem, remedy: error.remedy ?? usualRemedy(config, key, definition) };
}
