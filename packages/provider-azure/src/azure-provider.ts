import type { OptionTable, Provider, ProviderDefinition, ProviderSettings } from "@earshot/core";
import {
  asString,
  defineProvider,
  readSetting,
  settingError,
  textOption,
  toHeaders,
} from "@earshot/provider-kit";
import { createOpenaiDialect, openaiModelRules } from "@earshot/provider-openai-compatible";
import type { OpenaiDeviations } from "@earshot/provider-openai-compatible";
import { AZURE_DIALECTS, toAzureRoute, toPathStep } from "./azure-address.ts";
import type { AzureAddress } from "./azure-address.ts";
import { azureCapabilities, azureModelName } from "./azure-models.ts";
import { withSecondDialect } from "./second-dialect.ts";

const KIND = "azure";

const settingsTable: OptionTable = {
  azure_dialect: textOption(
    "How to address the deployment: classic (/openai/deployments/NAME) or v1 (/openai/v1); by default as `api_base` and `api_version` suggest.",
    { values: AZURE_DIALECTS },
  ),
  azure_ad_token: textOption("A Microsoft Entra access token, in place of `api_key`."),
  base_model: textOption(
    "OpenAI's name for the deployed model; by default guessed from the deployment's name.",
  ),
};

interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly secret: string;
}

const toCredentials = ({ apiKey, extra = {} }: ProviderSettings): Credentials => {
  const given = asString(extra["azure_ad_token"])?.replace(/^\s*bearer\s+/iu, "");
  const token = readSetting(KIND, "azure_ad_token", given);
  const key = readSetting(KIND, "apiKey", apiKey);
  if (key !== undefined && token !== undefined)
    throw settingError(KIND, "azure_ad_token", {
      problem: "Azure takes `api_key` or `azure_ad_token`, not both.",
      remedy: "Remove one of them.",
    });
  if (token !== undefined) return { headers: { authorization: `Bearer ${token}` }, secret: token };
  if (key !== undefined) return { headers: { "api-key": key }, secret: key };
  throw settingError(KIND, "apiKey", {
    problem: "Azure needs a key or a token.",
    remedy:
      "Set `api_key` or `azure_ad_token` under `litellm_params`, or AZURE_API_KEY or AZURE_AD_TOKEN in the environment.",
  }).with({ param: "api_key" });
};

const AUDIO_PATHS = { transcribe: "/audio/transcriptions", translate: "/audio/translations" };

/**
 * @see https://learn.microsoft.com/azure/ai-foundry/openai/reference
 * @see https://learn.microsoft.com/azure/ai-foundry/openai/latest
 */
const deviationsAt = (address: AzureAddress, rules: OpenaiDeviations): OpenaiDeviations => {
  const { dialect, apiVersion } = address;
  const shared: OpenaiDeviations = {
    ...rules,
    query: apiVersion === undefined ? [] : [["api-version", apiVersion]],
  };
  if (dialect === "v1")
    return {
      ...shared,
      path: ({ task }) => `/openai/v1${AUDIO_PATHS[task]}`,
      healthPath: "/openai/v1/models",
    };
  return {
    ...shared,
    path: ({ model, task }) =>
      `/openai/deployments/${toPathStep(address.deployment ?? model)}${AUDIO_PATHS[task]}`,
    healthPath: "/openai/models",
    // The URL names the deployment; with `model` besides, some versions answer 500.
    toFields: (fields, purpose) =>
      (rules.toFields?.(fields, purpose) ?? fields).filter(([name]) => name !== "model"),
  };
};

const create = (settings: ProviderSettings): Provider => {
  const route = toAzureRoute(settings);
  if (settings.model !== undefined) toPathStep(settings.model);
  const { headers, secret } = toCredentials(settings);
  const baseModel = asString(settings.extra?.["base_model"]) ?? route.first.deployment;
  const rules = openaiModelRules((deployment) => azureModelName(deployment, baseModel));
  const createAt = (address: AzureAddress): Provider =>
    createOpenaiDialect({
      kind: KIND,
      id: settings.id,
      baseUrl: address.resourceUrl,
      headers: toHeaders(headers, settings.headers),
      secrets: [secret],
      capabilities: azureCapabilities(baseModel),
      options: {},
      deviations: deviationsAt(address, rules),
    });
  const first = createAt(route.first);
  return route.second === undefined ? first : withSecondDialect(first, createAt(route.second));
};

/** OpenAI's models as deployments of an Azure resource. */
export const azureProvider: ProviderDefinition = defineProvider({
  specVersion: 1,
  kind: KIND,
  aliases: ["azure_openai"],
  displayName: "Azure OpenAI",
  documentationUrl: "https://learn.microsoft.com/azure/ai-foundry/openai/reference",
  environment: {
    apiKey: ["AZURE_API_KEY", "AZURE_OPENAI_API_KEY"],
    baseUrl: ["AZURE_API_BASE", "AZURE_OPENAI_ENDPOINT"],
    apiVersion: ["AZURE_API_VERSION", "OPENAI_API_VERSION"],
    settings: { azure_ad_token: ["AZURE_AD_TOKEN"] },
  },
  requiresApiKey: true,
  requiresBaseUrl: true,
  capabilities: azureCapabilities(),
  options: {},
  settings: settingsTable,
  create,
});
