import { describeProvider, fieldValues, readFixtures } from "@earshot/provider-testkit";
import type { Fixture, RecordedCall } from "@earshot/provider-testkit";
import { openaiCompatibleProvider } from "./openai-compatible-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

const ANSWERS: Readonly<Record<string, string>> = {
  json: "openai-json",
  text: "openai-text",
  srt: "openai-srt",
  vtt: "openai-vtt",
  verbose_json: "openai-verbose",
};

/** Answers in the format that the form asks for. */
const answer = (call: RecordedCall): Fixture => {
  const [format = "json"] = fieldValues(call, "response_format");
  return fixture(ANSWERS[format] ?? "openai-json");
};

describeProvider({
  definition: openaiCompatibleProvider,
  settings: { apiKey: "compatible-test-0123456789", baseUrl: "http://127.0.0.1:8000/v1" },
  models: ["whisper"],
  scenarios: {
    text: { answer },
    silence: { answer: fixture("openai-silence") },
    segments: { answer, durationSeconds: 8.47 },
    words: { answer, durationSeconds: 8.47 },
    speakers: {
      unsupported:
        "No server in general tells speakers apart; the setting `formats` says which do.",
    },
    knownSpeakers: { unsupported: "No server in general knows reference clips." },
    logprobs: { answer: fixture("openai-logprobs") },
    translation: { answer: fixture("openai-translation") },
    languageHint: { answer },
    languageDetection: {
      answer,
      request: { responseFormat: "verbose_json" },
      expected: { language: "en" },
    },
    prompt: { answer },
    keywords: {
      unsupported: "They are added to the prompt; the dialects of vLLM and speaches have them.",
    },
    temperature: { answer },
    urlInput: { unsupported: "No server in general fetches audio; the dialect of Together does." },
    options: {
      answer,
      settingSamples: {
        dialect: {
          values: ["speaches", "vllm", "whisper.cpp", "localai", "together"],
          // Each of the servers wants something else in this one.
          request: { responseFormat: "text", keywords: ["Zugspitze"] },
        },
        formats: { values: [["json"], ["verbose_json"]], request: { responseFormat: "srt" } },
      },
    },
    formats: {
      answers: { json: answer, text: answer, srt: answer, vtt: answer, verbose_json: answer },
    },
    errors: {
      source: "https://platform.openai.com/docs/guides/error-codes",
      body: (message) => ({
        error: { message, type: "invalid_request_error", param: null, code: null },
      }),
      cases: [
        {
          name: "a wrong key",
          answer: fixture("openai-error-invalid-key"),
          code: "provider_authentication",
        },
        {
          name: "an empty account",
          answer: fixture("openai-error-quota"),
          code: "quota_exhausted",
        },
        {
          name: "a strange container",
          answer: fixture("openai-error-format"),
          code: "unsupported_media",
          param: "file",
        },
      ],
    },
    streaming: { answer: fixture("openai-stream") },
    streamError: {
      answer: {
        source:
          "https://github.com/openai/openai-node (src/core/streaming.ts): a named error event",
        headers: { "content-type": "text/event-stream" },
        body: 'data: {"type":"transcript.text.delta","delta":"I see"}\n\nevent: error\ndata: {"message":"The server is overloaded","type":"server_error"}\n\n',
      },
    },
    polling: { unsupported: "The server answers the upload itself." },
  },
});
