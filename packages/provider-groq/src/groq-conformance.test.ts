import { describeProvider, fieldValues, readFixtures } from "@earshot/provider-testkit";
import type { Fixture, RecordedCall } from "@earshot/provider-testkit";
import { groqProvider } from "./groq-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

/** Answers as Groq does: by the path, the format and the granularities that the form asks for. */
const answer = (call: RecordedCall): Fixture => {
  if (call.path.endsWith("/translations")) return fixture("translation");
  const [format = "json"] = fieldValues(call, "response_format");
  if (format !== "verbose_json") return fixture(format);
  const granularities = fieldValues(call, "timestamp_granularities[]");
  return fixture(granularities.includes("word") ? "words" : "verbose");
};

describeProvider({
  definition: groqProvider,
  settings: { apiKey: "gsk_test_0123456789" },
  models: ["whisper-large-v3", "whisper-large-v3-turbo"],
  scenarios: {
    text: {
      answer,
      expected: {
        text: "Hello from the Versal AISDK.",
        requestId: "req_01kha51bpcezj8q824a6zfchr1",
      },
    },
    silence: { answer: fixture("silence") },
    segments: {
      answer,
      durationSeconds: 50.16,
      expected: {
        language: "en",
        text: "document that the functional specification that you started to read through that isn't just the",
        usage: { type: "duration", seconds: 50.16 },
      },
    },
    words: {
      answer,
      durationSeconds: 36.712501248,
      expected: { language: "en", usage: { type: "duration", seconds: 36.712501248 } },
    },
    speakers: { unsupported: "Groq does not tell speakers apart." },
    knownSpeakers: { unsupported: "Groq does not tell speakers apart." },
    logprobs: { unsupported: "Groq gives no log probabilities." },
    translation: {
      answer,
      expected: { text: "Your translated text appears here...", requestId: "req_unique_id" },
    },
    languageHint: {},
    languageDetection: { request: { responseFormat: "verbose_json" }, answer },
    prompt: {},
    keywords: { unsupported: "Groq has no keywords; they become part of the prompt." },
    temperature: {},
    urlInput: {},
    options: {
      settingSamples: {
        max_file_mb: {
          unsupported: "it changes what is refused, not what is sent; see groq-provider.test.ts",
        },
      },
    },
    formats: { answers: { text: answer } },
    errors: {
      source: "https://console.groq.com/docs/errors",
      body: (message) => ({ error: { message, type: "invalid_request_error" } }),
      cases: [
        {
          name: "a wrong key",
          answer: fixture("error-invalid-key"),
          code: "provider_authentication",
        },
        {
          name: "a model that is not there",
          answer: fixture("error-model-not-found"),
          code: "provider_model_not_found",
        },
        {
          name: "a file whose name ends strangely",
          answer: fixture("error-file-type"),
          code: "unsupported_media",
          param: "file",
        },
        {
          name: "a broken file",
          answer: fixture("error-unreadable"),
          code: "audio_unreadable",
          param: "file",
        },
        { name: "a long prompt", answer: fixture("error-prompt"), code: "invalid_request" },
        { name: "a format of others", answer: fixture("error-format"), code: "invalid_request" },
        {
          name: "a URL that redirects",
          answer: fixture("error-redirect"),
          code: "unsupported_feature",
          param: "url",
        },
        {
          name: "too many seconds an hour",
          answer: fixture("error-rate-limit"),
          code: "rate_limited",
          retryAfterMs: 100_000,
        },
        {
          name: "a recording longer than an hour's allowance",
          answer: fixture("error-request-too-large"),
          code: "audio_too_long",
          param: "file",
        },
        {
          name: "too large an upload",
          answer: fixture("error-too-large"),
          code: "audio_too_large",
          param: "file",
        },
        { name: "no capacity", answer: fixture("error-capacity"), code: "overloaded" },
      ],
    },
    streaming: { unsupported: "Groq answers in one piece." },
    streamError: { unsupported: "Groq answers in one piece." },
    polling: { unsupported: "Groq answers the upload itself." },
  },
});
