import { expect, test } from "vitest";
import { isSecretName, looksLikeSecret, maskLine, shownKey } from "./mask-secrets.ts";

test.each([
  "api_key",
  "apiKey",
  "master_key",
  "azure_ad_token",
  "clientSecret",
  "REDIS_PASSWORD",
  "X-Auth",
  "litellm_license",
])("%s names a secret", (name) => {
  expect(isSecretName(name)).toBe(true);
});

test.each(["model", "keywords", "keyterm", "max_tokens", "timeout", "monkey", "author"])(
  "%s names no secret",
  (name) => {
    expect(isSecretName(name)).toBe(false);
  },
);

test.each(["sk-test-1", "gsk_test", "Bearer x", "AbcdefghijKlmnopqrs7uvw"])(
  "%s looks like a secret",
  (text) => {
    expect(looksLikeSecret(text)).toBe(true);
  },
);

test.each(["whisper-1", "azure/gpt-4o-mini-transcribe-2025-12-15", "https://example.com/v1", ""])(
  "%s looks like no secret",
  (text) => {
    expect(looksLikeSecret(text)).toBe(false);
  },
);

test.each([
  ["api_key", "api_key"],
  ["groq/whisper-large-v3", "groq/whisper-large-v3"],
  ["sk-test-1", "***"],
  ["api_key hunter2", "***"],
  ["api_key:hunter2", "***"],
  ["api_keyhunter2", "***"],
  ['X-Key "hunter2"', "***"],
])("shows the key %s as %s", (key, shown) => {
  expect(shownKey(key)).toBe(shown);
});

const isShown = (key: string): boolean => ["model", "timeout", "fallbacks"].includes(key);

test.each([
  ["    model: azure/whisper # ours", "    model: azure/whisper"],
  ["- model: 'whisper-1'", "- model: 'whisper-1'"],
  ["timeout: 600", "timeout: 600"],
  ["model: sk-test-1", "model: ***"],
  ["model: a, api_key: hunter2", "model: ***"],
  ["api_key: hunter2", "api_key: ***"],
  ["api_key: os.environ/KEY", "api_key: os.environ/KEY"],
  ["own: hunter2", "own: ***"],
  ['"api_key": "hunter2",', '"api_key": ***'],
  ["api_key: |", "api_key: ***"],
  ["    hunter2", "    ***"],
  ["  - hunter2", "  - ***"],
  ["# api_key: hunter2", "***"],
  ["{ model: a, api_key: hunter2 }", "***"],
  ["fallbacks: [{ whisper: [other] }]", "fallbacks: [{ whisper: [other] }]"],
  ["fallbacks: [{ api_key: hunter2 }]", "fallbacks: ***"],
  ['"fallbacks": [], "own": ["hunter2"]', '"fallbacks": ***'],
  ["sk-test-1: a", "***: ***"],
  ["model_list:", "model_list:"],
  ["   ", "   "],
  ["", ""],
])("shows the line %j as %j", (line, shown) => {
  expect(maskLine(line, isShown)).toBe(shown);
});
