import type { ProviderSettings } from "@earshot/core";
import { describeProvider, fieldValues, readFixtures } from "@earshot/provider-testkit";
import type { Fixture, ProviderSuite, RecordedCall } from "@earshot/provider-testkit";
import { azureProvider } from "./azure-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

const ANSWERS: Readonly<Record<string, string>> = {
  json: "whisper-json",
  text: "whisper-text",
  srt: "whisper-srt",
  vtt: "whisper-vtt",
  verbose_json: "whisper-verbose",
  diarized_json: "diarized",
};

/** Answers as Azure does, which finds the deployment in the URL or in the form. */
const answer = (call: RecordedCall): Fixture => {
  const [format = "json"] = fieldValues(call, "response_format");
  const isGpt4o = `${call.path} ${fieldValues(call, "model").join("")}`.includes("gpt-4o");
  if (format === "json" && isGpt4o) return fixture("gpt-4o-json");
  return fixture(ANSWERS[format] ?? "whisper-json");
};

const suiteOf = (settings: ProviderSettings): ProviderSuite => ({
  definition: azureProvider,
  settings: {
    apiKey: "azure-test-0123456789",
    baseUrl: "https://earshot-test.openai.azure.com",
    ...settings,
  },
  models: ["azure-whisper", "gpt-transcribe", "gpt-4o-transcribe", "gpt-4o-transcribe-diarize"],
  scenarios: {
    text: { answer, expected: { requestId: "3f1c0f58-1111-2222-3333-444455556666" } },
    silence: { answer: fixture("silence") },
    // The diarizing model's segments are those of `speakers` and of its formats.
    segments: { models: ["azure-whisper"], answer, durationSeconds: 8.47 },
    words: { answer: fixture("whisper-verbose"), durationSeconds: 8.47 },
    speakers: { answer: fixture("diarized"), durationSeconds: 27.4 },
    knownSpeakers: { answer: fixture("diarized") },
    logprobs: { answer: fixture("gpt-4o-logprobs") },
    translation: { answer },
    languageHint: { answer },
    languageDetection: {
      models: ["azure-whisper"],
      request: { responseFormat: "verbose_json" },
      answer,
      expected: { language: "en" },
    },
    prompt: { answer },
    keywords: { answer },
    temperature: { answer },
    urlInput: { unsupported: "Azure OpenAI does not fetch audio." },
    options: {
      answer,
      settingSamples: {
        azure_dialect: {
          unsupported: "one of its two values is what is chosen anyhow; see azure-provider.test.ts",
        },
        azure_ad_token: {
          unsupported: "it excludes the key that the suite needs; see azure-provider.test.ts",
        },
        base_model: {
          values: ["gpt-transcribe", "gpt-4o-transcribe-diarize"],
          request: { languages: ["en", "fr"], prompt: "Zugspitze" },
        },
      },
    },
    formats: {
      answers: {
        json: answer,
        text: answer,
        srt: answer,
        vtt: answer,
        verbose_json: answer,
        diarized_json: answer,
      },
    },
    errors: {
      source: "https://learn.microsoft.com/azure/ai-foundry/openai/reference",
      body: (message, status) => ({ error: { code: String(status), message } }),
      cases: [
        {
          name: "a deployment that is not there",
          answer: fixture("error-deployment-not-found"),
          code: "provider_model_not_found",
        },
        {
          name: "a route that is not there",
          answer: fixture("error-resource-not-found"),
          code: "provider_model_not_found",
        },
        {
          name: "a wrong key",
          answer: fixture("error-access-denied"),
          code: "provider_authentication",
        },
        {
          name: "too many calls",
          answer: fixture("error-rate-limit"),
          code: "rate_limited",
          retryAfterMs: 33_000,
        },
      ],
    },
    streaming: { answer: fixture("stream") },
    streamError: {
      answer: {
        source:
          "https://learn.microsoft.com/azure/ai-foundry/openai/reference: an error body as a frame",
        headers: { "content-type": "text/event-stream" },
        body: 'data: {"type":"transcript.text.delta","delta":"I see"}\n\ndata: {"error":{"code":"429","message":"Requests have exceeded call rate limit of your current OpenAI S0 pricing tier."}}\n\n',
      },
      code: "rate_limited",
    },
    polling: { unsupported: "Azure OpenAI answers the upload itself." },
  },
});

// The deployment is in the URL.
describeProvider(suiteOf({ apiVersion: "2025-04-01-preview" }));
// The deployment is in the form.
describeProvider({ ...suiteOf({ apiVersion: "preview" }), variant: "v1" });
