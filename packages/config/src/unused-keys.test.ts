import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { formatDiagnostics, readConfig } from "./index.ts";
import { sectionDefinitions, topLevel } from "./sections.ts";

const text = readFileSync(new URL("../fixtures/litellm-everything.yaml", import.meta.url), "utf8");
const environment = {
  OPENAI_API_KEY: "sk-test-a",
  AZURE_API_KEY: "sk-test-b",
  GROQ_API_KEY: "sk-test-c",
  MASTER_KEY: "sk-test-d",
  SPEECH_BASE_FROM_OUTSIDE: "https://example.com",
};

test("starts with a config that is full of what Earshot lacks, and names all of it", () => {
  const { config, warnings } = readConfig({ text, fileName: "config.yaml", environment });
  expect(config.deployments.map(({ group, model }) => [group, model])).toEqual([
    ["whisper", "openai/whisper-1"],
    ["whisper", "azure/my-whisper"],
    ["groq/*", "groq/*"],
  ]);
  expect(config.deployments[1]).toMatchObject({
    apiBase: "https://example.com",
    apiVersion: "2024-10-21",
    timeoutMs: 300_000,
    cooldownMs: 500,
    rpm: 60,
  });
  expect(config.router.fallbacks).toEqual({ whisper: ["groq/whisper-large-v3"] });
  expect(config.router.defaultFallbacks).toEqual(["whisper"]);
  expect(warnings.map(({ line, path }) => `${line} ${path}`)).toEqual([
    "9 model_list[0].litellm_params.max_retries",
    "9 model_list[1].litellm_params.max_retries",
    "18 model_list[0].litellm_params.max_tokens",
    "19 model_list[0].litellm_params.input_cost_per_second",
    "23 model_list[0].model_info.input_cost_per_second",
    "37 model_list[1].litellm_params.additional_drop_params",
    "51 model_list[3].model_info.mode",
    "54 router_settings.routing_strategy",
    "55 router_settings.routing_strategy_args",
    "61 router_settings.enable_pre_call_checks",
    "64 router_settings.fallbacks[1].gpt-4o",
    "65 router_settings.content_policy_fallbacks",
    "66 router_settings.default_fallbacks[1]",
    "72 router_settings.retry_policy.ContentPolicyViolationErrorRetries",
    "74 router_settings.redis_host",
    "80 litellm_settings.success_callback",
    "81 litellm_settings.cache",
    "82 litellm_settings.cache_params",
    "85 litellm_settings.set_verbose",
    "89 general_settings.database_url",
    "91 general_settings.alerting",
    "92 general_settings.allowed_ips",
    "93 general_settings.background_health_checks",
    "95 guardrails",
  ]);
  expect(formatDiagnostics(warnings)).not.toContain("hunter2");
});

test("every key is either used or told as unused, and told once", () => {
  for (const { name, fields, otherKeys } of [...sectionDefinitions, topLevel]) {
    const keys = [...Object.keys(fields), ...otherKeys.flatMap((group) => group.keys)];
    const repeated = keys.filter((key, index) => keys.indexOf(key) !== index);
    expect([name, repeated]).toEqual([name, []]);
  }
});

const params = (
  known: readonly string[] | undefined | "not asked",
): readonly [string[], string[]] => {
  const config = `model_list:
- model_name: a
  litellm_params: { model: b, top_k: 5, max_retries: 2, own: x, region_name: eu }
`;
  const knownParams = known === "not asked" ? {} : { knownParams: () => known };
  const read = readConfig({
    text: config,
    fileName: "config.yaml",
    environment: {},
    ...knownParams,
  });
  const extra = Object.keys(read.config.deployments[0]?.extra ?? {});
  return [extra, read.warnings.map(({ path }) => path.split(".").at(-1) ?? "")];
};

test("keeps what the provider knows, and tells the rest", () => {
  expect(params(["top_k", "region_name"])).toEqual([
    ["top_k", "region_name"],
    ["max_retries", "own"],
  ]);
});

test("keeps what an unknown provider may know, but not LiteLLM's own keys", () => {
  expect(params(undefined)).toEqual([
    ["top_k", "own"],
    ["max_retries", "region_name"],
  ]);
});

test("keeps unknown keys when nobody can say, and tells chat parameters", () => {
  expect(params("not asked")).toEqual([["own"], ["top_k", "max_retries", "region_name"]]);
});

test("asks about the model with its provider", () => {
  const asked: unknown[] = [];
  readConfig({
    text: "model_list: [{ model_name: a, litellm_params: { model: b, custom_llm_provider: c } }]",
    fileName: "config.yaml",
    environment: {},
    knownParams: (...question) => {
      asked.push(question);
      return undefined;
    },
  });
  expect(asked).toEqual([["b", "c"]]);
});
