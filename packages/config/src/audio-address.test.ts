import { describe, expect, test } from "vitest";
import { ConfigError, readConfig } from "./index.ts";
import type { DeploymentConfig, Diagnostic } from "./index.ts";

const known = (): readonly string[] => ["smart_format"];

const read = (
  text: string,
): {
  readonly deployment?: DeploymentConfig | undefined;
  readonly found: readonly Diagnostic[];
} => {
  try {
    const { config, warnings } = readConfig({
      text,
      fileName: "config.yaml",
      environment: { HERE: "https://eu.example/v1" },
      knownParams: known,
    });
    return { deployment: config.deployments[0], found: warnings };
  } catch (error) {
    if (ConfigError.is(error)) return { found: error.diagnostics };
    throw error;
  }
};

const entry = (params: string): string =>
  `model_list:\n- model_name: a\n  litellm_params:\n    model: whisper-1\n${params}`;

const severities = (text: string): readonly string[] => read(text).found.map((one) => one.severity);

describe("base_url", () => {
  test.each([
    ["alone", "    base_url: https://eu.example/v1\n"],
    ["from the environment", "    base_url: os.environ/HERE\n"],
    [
      "beside the same api_base",
      "    base_url: https://eu.example/v1/\n    api_base: https://eu.example/v1\n",
    ],
    ["beside an empty api_base", "    base_url: https://eu.example/v1\n    api_base:\n"],
  ])("%s is where the deployment calls", (_name, params) => {
    expect(read(entry(params))).toMatchObject({
      deployment: { apiBase: expect.stringMatching(/^https:\/\/eu\.example\/v1$/u) as string },
      found: [],
    });
  });

  test("beside another api_base is an error that names both and shows neither", () => {
    const { found } = read(
      entry("    api_base: https://us.example\n    base_url: https://eu.example\n"),
    );
    expect(found).toMatchObject([
      {
        severity: "error",
        line: 6,
        path: "model_list[0].litellm_params.base_url",
        message: expect.stringMatching(/`api_base` and `base_url`/u) as string,
      },
    ]);
    expect(JSON.stringify(found)).not.toContain(".example");
  });
});

describe("an empty address is an error, however it is empty", () => {
  test.each([
    "    api_base:\n",
    "    api_base: ~\n",
    "    api_base: null\n",
    '    api_base: ""\n',
    "    base_url:\n",
    "    base_url: ~\n    api_base: ~\n",
    '    base_url: ""\n    api_base:\n',
    "    <<: { api_base: }\n",
    "    <<: { api_base: https://eu.example }\n    api_base:\n",
  ])("%j", (params) => {
    const { found } = read(entry(params));
    expect(new Set(found.map(({ severity }) => severity))).toEqual(new Set(["error"]));
    expect(found[0]?.message).toMatch(/^`(?:api_base|base_url)` is empty/u);
  });

  test("so is an empty list of origins, which would be every page", () => {
    expect(severities(entry("earshot_settings: { allowed_origins: }\n"))).toEqual(["error"]);
  });

  test.each(["api_key:", "api_version: ~", "organization: null"])(
    "%s says where no audio goes, and counts as absent",
    (line) => expect(severities(entry(`    ${line}\n`))).toEqual([]),
  );
});

describe("beside its own api_base", () => {
  const own = "    api_base: https://eu.example\n    api_key: sk-test\n";

  test.each([
    "region_name: eu",
    "aws_region_name: eu-central-1",
    "vertex_location: europe-west1",
    "watsonx_region_name: eu-de",
    "region: eu",
    "litellm_credential_name: eu",
    "use_litellm_proxy: true",
    "azure_endpoint: https://eu.example/",
    "endpoint: https://eu.example",
  ])("%s is a warning", (line) => {
    expect(severities(entry(`${own}    ${line}\n`))).toEqual(["warning"]);
    const asBaseUrl = own.replace("api_base", "base_url");
    expect(severities(entry(`${asBaseUrl}    ${line}\n`))).toEqual(["warning"]);
  });

  test.each([
    "azure_endpoint: https://us.example",
    "aws_bedrock_runtime_endpoint: https://us.example",
    "endpoint: https://us.example",
    "host: us",
    "region: https://us.example",
    "extra_body: { api_base: https://us.example }",
  ])("%s names another place, and is an error", (line) => {
    expect(severities(entry(`${own}    ${line}\n`))).toEqual(["error"]);
  });

  test("a credential that would bring the key is an error", () => {
    const text = entry("    api_base: https://eu.example\n    litellm_credential_name: eu\n");
    expect(severities(text)).toEqual(["error"]);
  });

  test("an empty one settles nothing", () => {
    expect(severities(entry("    api_base:\n    region_name: eu\n"))).toEqual(["error", "error"]);
  });

  test("the words for region_name are about regions", () => {
    const { found } = read(entry("    region_name: eu\n"));
    expect(found).toMatchObject(
      [{ message: expect.stringContaining("region") as string, severity: "error" }].map((one) => ({
        ...one,
        remedy: expect.stringContaining("`api_base`") as string,
      })),
    );
  });
});

describe("a model that is not for speech by its name", () => {
  const beside = (model: string, rest: string): string =>
    `${entry("")}- model_name: b\n  litellm_params:\n    model: ${model}\n${rest}`;

  test.each([
    "openai/gpt-4o",
    "azure/gpt-4o",
    "gpt-5-mini",
    "text-embedding-3-small",
    "dall-e-3",
    "openai/tts-1",
    "gpt-4o-mini-tts",
    "anthropic/claude-sonnet-4",
    "bedrock/anthropic.claude-3-haiku",
    "o3-mini",
  ])("%s is left out with a warning, not refused, for its keys", (model) => {
    for (const line of [
      "litellm_credential_name: eu",
      "azure_endpoint: https://eu.example",
      "endpoint: https://eu.example",
      "api_base:",
    ]) {
      const { deployment, found } = read(beside(model, `    ${line}\n`));
      expect(deployment).toBeDefined();
      expect(found).toMatchObject([
        { severity: "warning", remedy: expect.stringContaining("`mode: chat`") as string },
      ]);
      expect(found[0]?.message).not.toContain("audio");
    }
  });

  test("also for keys beside litellm_params and in model_info", () => {
    const text = beside(
      "gpt-4o",
      "  api_base: https://eu.example\n  model_info: { base_url: https://eu.example }\n",
    );
    expect(severities(text)).toEqual(["warning", "warning"]);
  });

  test.each([
    ["gpt-4o-transcribe", ""],
    ["azure/whisper", ""],
    ["mistral/voxtral-mini-latest", ""],
    ["qwen3-asr-flash", ""],
    ["azure/my-deployment", ""],
    ["gpt-4o", "  model_info: { mode: audio_transcription }\n"],
  ])("%s is no such model", (model, info) => {
    const text = beside(model, `    litellm_credential_name: eu\n${info}`);
    expect(severities(text)).toEqual(["error"]);
  });

  test("without such keys it is served as before", () => {
    expect(severities(beside("gpt-4o", ""))).toEqual([]);
  });
});

describe("a key that may say where audio is sent is an error", () => {
  test.each([
    "api_bass: https://eu.example",
    "apibase: https://eu.example",
    "apiBase: https://eu.example",
    "baseUrl: https://eu.example",
    "base-url: https://eu.example",
    "baseURL: https://eu.example",
    "API_BASE: https://eu.example",
    "api_url: https://eu.example",
    "apiUrl: https://eu.example",
    "openai_api_base: https://eu.example",
    "endpoint: eu.example",
    "api_endpoint: eu.example",
    "endpoint_url: eu.example",
    "host: eu.example",
    "hostname: eu.example",
    "server: eu",
    "server_uri: eu",
    "proxy: http://proxy.example:3128",
    "http_proxy: http://proxy.example:3128",
    "region: eu",
    "location: europe-west1",
    "somewhere: https://eu.example/v1",
    "url: eu",
    "model_endpoint: eu",
    "owner_api_base: https://eu.example",
    "notes_endpoint: https://eu.example",
    "proxy_base_url: https://eu.example",
    "endpoint: os.environ/HERE",
    "somewhere: os.environ/EU_API_BASE",
    "somewhere: 10.0.0.7:8000",
    "somewhere: localhost:8000",
    "somewhere: api.eu.example",
    "azure_endpoint: https://eu.openai.azure.example",
    "litellm_credential_name: eu",
    "aws_bedrock_runtime_endpoint: https://eu.example",
    "aws_sts_endpoint: https://eu.example",
    "aws_region_name: eu-central-1",
    "vertex_location: europe-west1",
    "region_name: eu",
    "watsonx_region_name: eu-de",
    "use_litellm_proxy: true",
    "extra_body: { api_base: https://eu.example }",
    "client_args: { http: [{ baseUrl: https://eu.example }] }",
    "default_fallbacks: [{ model: x, api_base: https://eu.example }]",
    "metadata: { base_url: https://eu.example }",
  ])("in litellm_params: %s", (line) => {
    const { found } = read(entry(`    ${line}\n`));
    expect(found.filter(({ severity }) => severity === "error")).toMatchObject([
      { message: expect.stringMatching(/where audio is sent|goes to another place/u) as string },
    ]);
    expect(found[0]?.remedy).not.toBe("");
  });

  test.each([
    ["beside litellm_params", entry("  api_base: https://eu.example\n")],
    ["in model_info", entry("  model_info: { base_url: https://eu.example }\n")],
    ["at the top", entry("api_base: https://eu.example\n")],
    ["in router_settings", entry("router_settings: { api_base: https://eu.example }\n")],
    [
      "in the defaults of router_settings",
      entry("router_settings: { default_litellm_params: { api_base: https://eu.example } }\n"),
    ],
    ["in litellm_settings", entry("litellm_settings: { api_base: https://eu.example }\n")],
    ["in general_settings", entry("general_settings: { base_url: https://eu.example }\n")],
    ["in earshot_settings", entry("earshot_settings: { upstream_proxy: http://a.example }\n")],
  ])("%s, with the place where it belongs", (_name, text) => {
    const { found } = read(text);
    expect(found).toMatchObject(
      [{ severity: "error", remedy: expect.stringContaining("api_base") as string }].map((one) =>
        text.includes("default_litellm") ? { severity: "error" } : one,
      ),
    );
  });
});

describe("what is no place for audio stays a warning", () => {
  test.each([
    "use_litellm_proxy: false",
    "vertex_project: my-project",
    "langfuse_host: https://langfuse.example",
    "langsmith_base_url: https://langsmith.example",
    "redis_url: redis://cache.example:6379",
    "valkey_host: cache.example",
    "s3_bucket_name: recordings",
    "gcs_bucket_name: recordings",
    "webhook_url: https://hooks.example",
    "use_in_pass_through: true",
    "configurable_clientside_auth_params: [{ api_base: https://eu.example }]",
    "smart_fromat: true",
    "server_timeout: 5",
    "endpoint:",
    "note: see config.yaml",
    "module: my_module.my_function",
    "metadata: { team: speech }",
    "owner_url: https://people.example",
    "model_url: https://models.example/whisper",
    "notes: https://wiki.example",
    "docs_url: https://docs.example",
    "homepage: https://a.example",
    "icon: https://a.example/icon.png",
    "extra_body: { best_of: 5 }",
  ])("in litellm_params: %s", (line) => {
    expect(severities(entry(`    ${line}\n`))).toEqual(["warning"]);
  });

  test.each([
    ["a database", "general_settings: { database_url: postgresql://a.example/litellm }\n"],
    ["alerts", "general_settings: { alert_to_webhook_url: { budget: https://hooks.example } }\n"],
    ["redis", "router_settings: { redis_host: cache.example, redis_url: redis://cache.example }\n"],
    ["a cache", "litellm_settings: { cache_params: { type: redis, host: cache.example } }\n"],
    ["logs", "litellm_settings: { langfuse_host: https://langfuse.example }\n"],
    [
      "the gateway's own address",
      "general_settings: { proxy_base_url: https://a.example, proxy_server_url: https://a.example, health_check_endpoint: /health }\n",
    ],
    [
      "the gateway's own address among settings of requests",
      "litellm_settings: { proxy_base_url: https://a.example, proxy_server_url: https://a.example, health_check_endpoint: https://a.example }\n",
    ],
    ["an address in router_settings", "router_settings: { somewhere: https://a.example }\n"],
    ["anchors", "defaults: &d { api_base: https://eu.example }\n"],
    [
      "what a left out deployment has",
      "- model_name: chat\n  litellm_params: { model: gpt-4o, endpoint: https://eu.example }\n  model_info: { mode: chat, base_url: https://eu.example }\n",
    ],
  ])("%s", (_name, section) => {
    expect(new Set(severities(entry(section)))).toEqual(new Set(["warning"]));
  });

  test("notes in model_info are nobody's business", () => {
    const notes =
      "  model_info: { docs: https://wiki.example, region: eu, owner_url: https://a.example, endpoint_url: https://a.example, api_url: https://a.example }\n";
    expect(read(entry(notes)).found).toEqual([]);
  });

  test("settings of a provider that is not known yet are left to it", () => {
    const text = entry("    region_name: eu\n    endpoint: https://eu.example\n");
    const { warnings } = readConfig({
      text,
      fileName: "config.yaml",
      environment: {},
      knownParams: () => undefined,
    });
    expect(warnings.map(({ path }) => path)).toEqual(["model_list[0].litellm_params.region_name"]);
  });
});
