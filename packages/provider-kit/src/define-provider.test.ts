import type { Capabilities, ProviderDefinition } from "@earshot/core";
import { expect, test } from "vitest";
import { defineProvider } from "./define-provider.ts";

const capabilities: Capabilities = {
  nativeFormats: ["json"],
  wordTimestamps: "none",
  segmentTimestamps: false,
  diarization: false,
  maxKnownSpeakers: 0,
  streaming: false,
  translation: false,
  prompt: false,
  keywords: false,
  temperature: false,
  logprobs: false,
  languages: "any",
  languageDetection: true,
  urlInput: false,
  mediaTypes: "any",
};

const definitionOf = (overrides: Partial<ProviderDefinition> = {}): ProviderDefinition => ({
  specVersion: 1,
  kind: "acme",
  displayName: "Acme",
  documentationUrl: "https://acme.example",
  environment: { apiKey: ["ACME_API_KEY"], baseUrl: [] },
  requiresApiKey: true,
  capabilities: {
    default: capabilities,
    models: [{ match: "x-*", differs: { languages: ["en"] } }],
  },
  options: { mode: { type: "string", description: "How.", values: ["a"] } },
  create: () => {
    throw new Error("not needed here");
  },
  ...overrides,
});

test("freezes everything that is data, and gives the definition back", () => {
  const definition = definitionOf();
  expect(defineProvider(definition)).toBe(definition);
  const frozen = (value: unknown): boolean =>
    typeof value !== "object" ||
    value === null ||
    (Object.isFrozen(value) && Object.values(value).every((child) => frozen(child)));
  expect(frozen(definition)).toBe(true);
});

test.each([
  ["Acme", "`kind`"],
  ["", "`kind`"],
  ["a/b", "`kind`"],
])("refuses the kind %j", (kind, words) => {
  expect(() => defineProvider(definitionOf({ kind }))).toThrow(words);
});

test("refuses another contract", () => {
  const definition = { ...definitionOf(), specVersion: 2 };
  // @ts-expect-error a package built for another version of the contract
  expect(() => defineProvider(definition)).toThrow("specVersion: 1");
});
