import { expect, test } from "vitest";
import { readConfig, redactConfig } from "./index.ts";

const text = `
environment_variables: { INNER: hunter-a }
model_list:
- model_name: whisper
  litellm_params:
    model: whisper-1
    api_key: hunter-b
    api_base: https://user:hunter-c@example.com/v1?key=hunter-d
    extra_headers: { X-Anything: hunter-e }
    azure_ad_token: hunter-f
    nested: { clientSecret: hunter-g, list: [{ password: hunter-h }], region: eu }
    plain: sk-hunter-i
    smart_format: true
    rpm: 5
general_settings: { master_key: hunter-j }
`;

test("masks keys, headers, variables and whatever looks like a secret", () => {
  const { config } = readConfig({ text, fileName: "config.yaml", environment: {} });
  const printed = redactConfig(config);
  expect(JSON.stringify(printed)).not.toContain("hunter");
  expect(printed).toMatchObject({
    deployments: [
      {
        group: "whisper",
        model: "whisper-1",
        apiKey: "***",
        apiBase: "https://example.com/v1?***",
        rpm: 5,
        extraHeaders: { "X-Anything": "***" },
        extra: {
          azure_ad_token: "***",
          nested: { clientSecret: "***", list: [{ password: "***" }], region: "eu" },
          plain: "***",
          smart_format: true,
        },
      },
    ],
    general: { masterKey: "***" },
    environment: { INNER: "***" },
  });
});

test("leaves the config itself as it is", () => {
  const { config } = readConfig({ text, fileName: "config.yaml", environment: {} });
  redactConfig(config);
  expect(config.general.masterKey).toBe("hunter-j");
});
