import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { readConfig } from "./index.ts";
import type { DeploymentConfig, ReadConfigOptions, ReadConfigResult } from "./index.ts";

const fixture = (name: string): string =>
  readFileSync(new URL(`../fixtures/${name}`, import.meta.url), "utf8");

const read = (text: string, options: Partial<ReadConfigOptions> = {}): ReadConfigResult =>
  readConfig({ text, fileName: "config.yaml", environment: {}, ...options });

const minimal = "model_list: [{ model_name: whisper, litellm_params: { model: whisper-1 } }]\n";

const deployment = (params: string, options?: Partial<ReadConfigOptions>): DeploymentConfig => {
  const text = `model_list:\n- model_name: whisper\n  litellm_params:\n    model: whisper-1\n${params}`;
  const [first] = read(text, options).config.deployments;
  if (first === undefined) throw new Error("no deployment");
  return first;
};

const settings = (text: string): ReadConfigResult["config"] => read(minimal + text).config;

test("reads LiteLLM's quick start for OpenAI without a word", () => {
  const { config, warnings } = read(fixture("openai.yaml"), {
    environment: { OPENAI_API_KEY: "sk-test-openai" },
  });
  expect(warnings).toEqual([]);
  expect(config).toEqual({
    deployments: [
      {
        group: "whisper",
        model: "whisper-1",
        apiKey: "sk-test-openai",
        tags: [],
        extraHeaders: {},
        extra: {},
        modelInfo: { mode: "audio_transcription", extra: {} },
        location: { file: "config.yaml", line: 2, column: 3, path: "model_list[0]" },
      },
    ],
    router: {},
    general: { masterKey: "sk-1234" },
    settings: { dropParams: false },
    providers: [],
    environment: {},
  });
});

test("reads LiteLLM's quick start for OpenAI and Azure without a word", () => {
  const { config, warnings } = read(fixture("openai-and-azure.yaml"), {
    environment: {
      OPENAI_API_KEY: "sk-test-openai",
      AZURE_EUROPE_API_BASE: "https://eu.example.com",
      AZURE_EUROPE_API_KEY: "test-azure",
    },
  });
  expect(warnings).toEqual([]);
  expect(config.deployments.map(({ group }) => group)).toEqual(["whisper", "whisper"]);
  expect(config.deployments[1]).toMatchObject({
    model: "azure/azure-whisper",
    apiVersion: "2024-02-15-preview",
    apiBase: "https://eu.example.com",
    apiKey: "test-azure",
    location: { line: 8, column: 3, path: "model_list[1]" },
  });
});

test("reads every key of litellm_params in the units of the contract", () => {
  const all = deployment(`
    custom_llm_provider: openai
    api_key: sk-test-key
    api_base: http://127.0.0.1:9000/v1
    api_version: 2024-10-21
    organization: org-test
    timeout: 600
    stream_timeout: "1.5"
    stream_idle_timeout: 0.5
    rpm: 60
    tpm: "1_000"
    weight: 0.5
    order: 2
    max_parallel_requests: 10
    num_retries: 0
    cooldown_time: 0
    allowed_fails: 3
    tags: [eu, 7]
    max_file_size_mb: 25
    drop_params: "yes"
    extra_headers: { X-Team: 12 }
    language: no
    prompt: "Names: Ada"
    keywords: Earshot
    temperature: 0
    diarize: true
    smart_format: true
    deadline: 2024-01-01
    nested: { on: [1, two, null] }
`);
  expect(all).toEqual({
    group: "whisper",
    model: "whisper-1",
    customProvider: "openai",
    apiKey: "sk-test-key",
    apiBase: "http://127.0.0.1:9000/v1",
    apiVersion: "2024-10-21",
    organization: "org-test",
    timeoutMs: 600_000,
    streamTimeoutMs: 1500,
    streamIdleTimeoutMs: 500,
    rpm: 60,
    tpm: 1000,
    weight: 0.5,
    order: 2,
    maxParallelRequests: 10,
    numRetries: 0,
    cooldownMs: 0,
    allowedFails: 3,
    tags: ["eu", "7"],
    maxFileSizeMb: 25,
    dropParams: true,
    extraHeaders: { "X-Team": "12" },
    extra: {
      language: "no",
      prompt: "Names: Ada",
      keywords: ["Earshot"],
      temperature: 0,
      diarize: true,
      smart_format: true,
      deadline: "2024-01-01",
      nested: { on: [1, "two"] },
    },
    modelInfo: { extra: {} },
    location: { file: "config.yaml", line: 2, column: 3, path: "model_list[0]" },
  });
});

test.each([
  ["2024-10-21", "2024-10-21"],
  ["00123", "00123"],
  ["12345678901234567890", "12345678901234567890"],
  ["1e5", "1e5"],
  ["true", "true"],
  ["'0x10'", "0x10"],
])("keeps %s as text where text is meant", (written, expected) => {
  expect(deployment(`    api_key: ${written}\n`).apiKey).toBe(expected);
});

test("keeps a provider's own key as text and its numbers as numbers", () => {
  const { extra } = deployment(
    "    azure_ad_token: 0123456789\n    beam_size: 5\n    huge: 1e400\n",
  );
  expect(extra).toEqual({ azure_ad_token: "0123456789", beam_size: 5, huge: "1e400" });
});

test("counts null as absent", () => {
  const { apiKey, timeoutMs, extra } = deployment("    api_key:\n    timeout: ~\n    own: null\n");
  expect([apiKey, timeoutMs, extra]).toEqual([undefined, undefined, {}]);
});

test("reads model_info with the user's own notes", () => {
  const { id, modelInfo } = deployment(
    "  model_info: { id: 7, mode: audio_transcription, base_model: azure/whisper-1, owner: me }\n",
  );
  expect(id).toBe("7");
  expect(modelInfo).toEqual({
    mode: "audio_transcription",
    baseModel: "azure/whisper-1",
    extra: { owner: "me" },
  });
});

test("reads every key of router_settings", () => {
  const { config, warnings } = read(`
model_list:
- { model_name: whisper, litellm_params: { model: whisper-1 } }
- { model_name: other, litellm_params: { model: whisper-1 } }
router_settings:
  routing_strategy: usage-based-routing-v2
  num_retries: 1
  timeout: 30
  stream_timeout: 10
  stream_idle_timeout: 20
  retry_after: 0.25
  allowed_fails: 5
  cooldown_time: 30
  disable_cooldowns: false
  fallbacks: [{ whisper: [other] }, { other: whisper, whisper: [alias] }]
  default_fallbacks: [whisper]
  max_fallbacks: 2
  model_group_alias: { alias: whisper, old: { model: whisper, hidden: true } }
  retry_policy: { TimeoutErrorRetries: 3, network: 4 }
  model_group_retry_policy: { whisper: { RateLimitErrorRetries: "0" } }
  allowed_fails_policy: { AuthenticationErrorAllowedFails: 10 }
  enable_tag_filtering: on
  tag_filtering_match_any: off
  default_max_parallel_requests: 8
`);
  expect(warnings).toEqual([]);
  expect(config.router).toEqual({
    strategy: "usage-based-routing-v2",
    numRetries: 1,
    timeoutMs: 30_000,
    streamTimeoutMs: 10_000,
    streamIdleTimeoutMs: 20_000,
    retryAfterMs: 250,
    allowedFails: 5,
    cooldownMs: 30_000,
    disableCooldowns: false,
    fallbacks: { whisper: ["other", "alias"], other: ["whisper"] },
    defaultFallbacks: ["whisper"],
    maxFallbacks: 2,
    modelGroupAlias: {
      alias: { model: "whisper", hidden: false },
      old: { model: "whisper", hidden: true },
    },
    retryPolicy: { timeout: 3, network: 4 },
    modelGroupRetryPolicy: { whisper: { rate_limited: 0, quota_exhausted: 0 } },
    allowedFailsPolicy: { provider_authentication: 10, provider_permission: 10 },
    enableTagFiltering: true,
    tagFilteringMatchAny: false,
    defaultMaxParallelRequests: 8,
  });
});

test("takes the fallbacks of * as the default ones", () => {
  const { router } = settings('router_settings: { fallbacks: [{ "*": [whisper] }] }\n');
  expect(router).toEqual({ fallbacks: {}, defaultFallbacks: ["whisper"] });
});

test("lets router_settings come before litellm_settings", () => {
  const { router, settings: gateway } = settings(`
litellm_settings: { num_retries: 4, allowed_fails: 9, request_timeout: 20, drop_params: True }
router_settings: { num_retries: 1 }
`);
  expect(router).toEqual({ numRetries: 1, allowedFails: 9, timeoutMs: 20_000 });
  expect(gateway).toEqual({ dropParams: true, requestTimeoutMs: 20_000 });
});

test("prefers the router's own timeout to request_timeout", () => {
  const { router } = settings(
    "litellm_settings: { request_timeout: 20 }\nrouter_settings: { timeout: 5 }\n",
  );
  expect(router.timeoutMs).toBe(5000);
});

test("tells where each provider package is named", () => {
  const linesOf = (providers: string) =>
    read(`${minimal}\nearshot_settings:\n  providers:${providers}\n`).providerLocations.map(
      ({ line, path }) => [line - minimal.split("\n").length, path],
    );
  expect(linesOf("\n  - one\n  - ./two.ts")).toEqual([
    [3, "earshot_settings.providers[0]"],
    [4, "earshot_settings.providers[1]"],
  ]);
  expect(linesOf(" one")).toEqual([[2, "earshot_settings.providers"]]);
  expect(read(minimal).providerLocations).toEqual([]);
});

test("reads general_settings and earshot_settings", () => {
  const {
    general,
    settings: gateway,
    providers,
  } = read(
    `${minimal}
general_settings: { master_key: 1234567890123456789, max_request_size_mb: 50 }
earshot_settings:
  providers: [earshot-provider-acme, ./mine.ts]
  host: 0.0.0.0
  port: "0"
  workers: 4
  allowed_origins: "*"
  max_request_size_mb: 100
  spool_dir: spool
  upload_memory_mb: 4
  total_upload_memory_mb: 64.5
  empty_transcript: fallback
`,
    { fileName: "etc/earshot/config.yaml" },
  ).config;
  expect(providers).toEqual(["earshot-provider-acme", "./mine.ts"]);
  expect(gateway).toEqual({ dropParams: false, emptyTranscript: "fallback" });
  expect(general).toEqual({
    masterKey: "1234567890123456789",
    maxRequestSizeMb: 100,
    host: "0.0.0.0",
    port: 0,
    workers: 4,
    allowedOrigins: ["*"],
    spoolDir: "etc/earshot/spool",
    uploadMemoryMb: 4,
    totalUploadMemoryMb: 64.5,
  });
});

test.each([
  "https://App.Example.com:443",
  "http://[::1]:3000",
  "chrome-extension://aaaabbbbccccddddeeeeffffgggghhhh",
  "tauri://localhost",
  "null",
])("takes the origin %s", (origin) => {
  const { general } = read(
    `${minimal}\nearshot_settings: { allowed_origins: ["${origin}"] }\n`,
  ).config;
  expect(general.allowedOrigins).toEqual([origin]);
});

test("an empty list of origins is one, not the default", () => {
  const { general } = read(`${minimal}\nearshot_settings: { allowed_origins: [] }\n`).config;
  expect(general.allowedOrigins).toEqual([]);
});

test("reads the limits on uploads, seconds as milliseconds", () => {
  const { general } = read(`${minimal}
earshot_settings:
  max_field_size_kb: 2048
  max_form_text_size_kb: 4096
  total_form_text_mb: 32.5
  max_form_parts: 50
  max_part_header_size_kb: 8
  max_boundary_length: 70
  upload_idle_timeout: 30.5
  upload_min_bytes_per_second: 0
  header_timeout: 10
  response_idle_timeout: 20
  max_header_size_kb: 64
  max_connections: 500
`).config;
  expect(general).toEqual({
    maxFieldSizeKb: 2048,
    maxFormTextSizeKb: 4096,
    totalFormTextMb: 32.5,
    maxFormParts: 50,
    maxPartHeaderSizeKb: 8,
    maxBoundaryLength: 70,
    uploadIdleTimeoutMs: 30_500,
    uploadMinBytesPerSecond: 0,
    headerTimeoutMs: 10_000,
    responseIdleTimeoutMs: 20_000,
    maxHeaderSizeKb: 64,
    maxConnections: 500,
  });
});

test("reads what bounds the connections to providers", () => {
  const { general } = read(
    `${minimal}earshot_settings: { max_upstream_connections: 20, upstream_http2: on }\n`,
  ).config;
  expect(general).toEqual({ maxUpstreamConnections: 20, upstreamHttp2: true });
});

test("reads how long a whole request may take, beside what LiteLLM says of routing", () => {
  const { router } = read(
    `${minimal}router_settings: { timeout: 5 }\nearshot_settings: { total_timeout: 90.5 }\n`,
  ).config;
  expect(router).toEqual({ timeoutMs: 5000, totalTimeoutMs: 90_500 });
});

test("takes the master key from LITELLM_MASTER_KEY when the file has none", () => {
  const environment = { LITELLM_MASTER_KEY: "sk-test-master" };
  expect(read(minimal, { environment }).config.general.masterKey).toBe("sk-test-master");
  const own = `${minimal}general_settings: { master_key: sk-test-own }\n`;
  expect(read(own, { environment }).config.general.masterKey).toBe("sk-test-own");
});

test("merges YAML anchors, the entry's own values first", () => {
  const { config } = read(`
x-defaults: &defaults { rpm: 60, timeout: 5, tags: &tags [eu] }
x-more: &more { rpm: 1, order: 3 }
model_list:
- model_name: whisper
  litellm_params: { <<: [*defaults, *more], model: whisper-1, timeout: 9 }
- model_name: whisper
  litellm_params: { model: whisper-2, tags: *tags }
`);
  expect(config.deployments[0]).toMatchObject({ rpm: 60, timeoutMs: 9000, order: 3, tags: ["eu"] });
  expect(config.deployments[1]).toMatchObject({ model: "whisper-2", tags: ["eu"] });
});

test("reads JSON, as YAML does", () => {
  const object = {
    model_list: [{ model_name: "whisper", litellm_params: { model: "whisper-1", rpm: 5 } }],
  };
  expect(read(JSON.stringify(object)).config.deployments[0]).toMatchObject({ rpm: 5 });
});

test("keeps wildcards and accepts names that they cover", () => {
  const { config } = read(`
model_list:
- { model_name: groq/*, litellm_params: { model: groq/* } }
- { model_name: "*", litellm_params: { model: openai/* } }
router_settings: { fallbacks: [{ groq/whisper-large-v3: [anything] }] }
`);
  expect(config.deployments.map(({ group }) => group)).toEqual(["groq/*", "*"]);
  expect(config.router.fallbacks).toEqual({ "groq/whisper-large-v3": ["anything"] });
});

test("accepts a deployment's id as a fallback", () => {
  const { router } = read(`
model_list:
- { model_name: whisper, litellm_params: { model: whisper-1 }, model_info: { id: backup } }
router_settings: { default_fallbacks: [backup] }
`).config;
  expect(router.defaultFallbacks).toEqual(["backup"]);
});

test("reads two thousand deployments", () => {
  const entries = Array.from(
    { length: 2000 },
    (_, index) =>
      `- { model_name: "group-${index % 50}", litellm_params: { model: "whisper-${index}" } }`,
  );
  const { config } = read(`model_list:\n${entries.join("\n")}\n`);
  expect(config.deployments).toHaveLength(2000);
  expect(config.deployments[1999]).toMatchObject({
    group: "group-49",
    model: "whisper-1999",
    location: { line: 2001, path: "model_list[1999]" },
  });
});
