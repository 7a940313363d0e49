import type { DeploymentConfig } from "@earshot/config";
import { silentLogger } from "@earshot/core";
import { azureProvider } from "@earshot/provider-azure";
import { describe, expect, test } from "vitest";
import { toProviderSettings } from "./create-deployments.ts";

const environment = {
  AZURE_API_KEY: "azure-test-key",
  AZURE_AD_TOKEN: "entra-test-token",
  AZURE_OPENAI_ENDPOINT: "https://earshot-test.openai.azure.com",
};

const settingsOf = (changes: Partial<DeploymentConfig>, variables: object = environment) => {
  const config: DeploymentConfig = {
    group: "whisper",
    model: "azure/whisper",
    tags: [],
    extraHeaders: {},
    extra: {},
    modelInfo: { extra: {} },
    location: { file: "config.yaml", line: 1, column: 1, path: "model_list[0]" },
    ...changes,
  };
  const { apiKey, baseUrl, extra } = toProviderSettings(azureProvider, config, {
    environment: { ...variables },
    logger: silentLogger,
  });
  return { apiKey, baseUrl, token: extra?.["azure_ad_token"] };
};

describe("toProviderSettings", () => {
  test("takes what the config leaves open from the environment, a key before a token", () => {
    const baseUrl = "https://earshot-test.openai.azure.com";
    expect(settingsOf({})).toEqual({ apiKey: "azure-test-key", baseUrl, token: undefined });
    const { AZURE_API_KEY: _key, ...withoutKey } = environment;
    expect(settingsOf({}, withoutKey)).toEqual({
      apiKey: undefined,
      baseUrl,
      token: "entra-test-token",
    });
  });

  test("keeps a credential of the environment out where the config has the other kind", () => {
    expect(settingsOf({ apiKey: "own-test-key" })).toMatchObject({
      apiKey: "own-test-key",
      token: undefined,
    });
    expect(settingsOf({ extra: { azure_ad_token: "own-test-token" } })).toMatchObject({
      apiKey: undefined,
      token: "own-test-token",
    });
  });
});
