import { ConfigError, readConfig } from "@earshot/config";
import type { Diagnostic } from "@earshot/config";
import { describe, expect, test } from "vitest";
import { createGateway } from "./create-gateway.ts";

const problemOf = (params: string): Diagnostic | undefined => {
  const { config } = readConfig({
    text: `model_list:\n- model_name: a\n  litellm_params: ${params}\n`,
    fileName: "config.yaml",
    environment: {},
  });
  try {
    createGateway(config, { environment: {} });
  } catch (error) {
    if (ConfigError.is(error)) return error.diagnostics[0];
    throw error;
  }
  throw new Error("The config was accepted.");
};

describe("a deployment that cannot be created", () => {
  test.each([
    ["{ model: local/nope }", "model", /^There is no built-in model nope/u, /set model_dir/u],
    [
      "{ model: local/x, model_dir: /nope }",
      "model_dir",
      /\/nope does not exist/u,
      /^Set model_d/u,
    ],
    ["{ model: nobody/x }", "model", /'nobody'/u, /^Use one of/u],
    ["{ model: x, custom_llm_provider: no }", "custom_llm_provider", /'no'/u, /^Use one of/u],
    ["{ model: whisper-1 }", "api_key", /no API key/u, /OPENAI_API_KEY/u],
    [
      "{ model: azure/x, api_key: test-key, azure_ad_token: test-token, api_base: https://a.test, api_version: 2024-10-21 }",
      "azure_ad_token",
      /^Azure takes .* not both\.$/u,
      /^Remove one of them\.$/u,
    ],
    [
      "{ model: openai_compatible/x, api_key: test-key }",
      "api_base",
      /openai_compatible needs the setting/u,
      /^Set `api_base` under `litellm_params`/u,
    ],
    [
      "{ model: local/x, model_dir: /, max_queue: -1 }",
      "max_queue",
      /max_queue/u,
      /Requests that may wait/u,
    ],
  ])("%s points at %s and says how to mend it", (...[params, key, message, remedy]) => {
    expect(problemOf(params)).toMatchObject({
      path: `model_list[0].litellm_params.${key}`,
      message: expect.stringMatching(message) as string,
      remedy: expect.stringMatching(remedy) as string,
    });
  });
});
