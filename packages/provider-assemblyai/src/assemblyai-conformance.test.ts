import { describeProvider, readFixtures } from "@earshot/provider-testkit";
import type { Fixture, RecordedCall } from "@earshot/provider-testkit";
import { assemblyaiProvider } from "./assemblyai-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));
const no = (what: string) => ({ unsupported: `AssemblyAI has no ${what}.` });

const isPoll = (call: RecordedCall): boolean => call.method === "GET";

/** The whole conversation about a job, with this at its end. */
const ending =
  (name: string) =>
  (call: RecordedCall): Fixture => {
    if (call.path.endsWith("/v2/upload")) return fixture("upload");
    return fixture(isPoll(call) ? name : "queued");
  };

/** The conversation in which the job is refused. */
const refusal =
  (name: string) =>
  (call: RecordedCall): Fixture =>
    fixture(call.path.endsWith("/v2/upload") ? "upload" : name);

const answer = ending("completed");
const objects = [{ zugspitze: ["loreley"] }, { zugspitze: ["siegfried"] }] as const;

describeProvider({
  definition: assemblyaiProvider,
  settings: { apiKey: "assemblyai-test-0123456789" },
  models: ["universal-3-5-pro", "universal-3-pro", "universal-2"],
  // Only `error` tells silence from other failures.
  requiredFields: ["text", "id", "status", "upload_url", "error"],
  scenarios: {
    text: {
      answer,
      expected: {
        language: "en",
        durationSeconds: 281,
        usage: { type: "duration", seconds: 281 },
        requestId: "9ea68fd3-f953-42c1-9742-976c447fb463",
      },
      durationSeconds: 281,
    },
    silence: {
      answer: ending("job-silence"),
      expected: { text: "", usage: { type: "duration", seconds: 5 } },
    },
    segments: { unsupported: "AssemblyAI gives segments with speakers only." },
    words: {
      answer,
      durationSeconds: 281,
      alwaysOn: "AssemblyAI times the words of every transcript.",
    },
    speakers: { answer: ending("diarized"), durationSeconds: 281 },
    knownSpeakers: no("reference clips"),
    logprobs: no("log probabilities"),
    translation: no("translation of speech"),
    languageHint: {},
    languageDetection: { answer, expected: { language: "en" } },
    prompt: {},
    keywords: {},
    temperature: {},
    urlInput: {},
    options: {
      samples: {
        custom_spelling: { values: objects },
        delete_after: {
          unsupported: "false sends nothing; see assemblyai-provider.test.ts",
        },
        language_detection: { values: [true, false], request: { languages: ["en"] } },
      },
      settingSamples: {
        region: { unsupported: "us is the default; see assemblyai-provider.test.ts" },
      },
    },
    formats: {},
    errors: {
      source: "https://www.assemblyai.com/docs/guides/common_errors_and_solutions",
      body: (message) => ({ error: message }),
      cases: [
        {
          name: "an account in debt, with 400",
          answer: fixture("error-negative-balance"),
          code: "quota_exhausted",
        },
        {
          name: "a wrong key",
          answer: fixture("error-invalid-key"),
          code: "provider_authentication",
        },
        {
          name: "too many requests",
          answer: fixture("error-too-many-requests"),
          code: "rate_limited",
          retryAfterMs: 30_000,
        },
        {
          name: "a model it does not know",
          answer: refusal("error-speech-models"),
          code: "provider_model_not_found",
          param: "model",
        },
        {
          name: "a feature that a language does not have",
          answer: refusal("error-language-features"),
          code: "unsupported_feature",
          param: "language",
        },
        {
          name: "a parameter that a model does not take",
          answer: refusal("error-word-boost"),
          code: "unsupported_feature",
        },
        {
          name: "an upload of another project",
          answer: refusal("error-other-project"),
          code: "provider_permission",
        },
        {
          name: "a job that is not found any more",
          answer: ending("error-transcript-not-found"),
          code: "provider_error",
        },
        {
          name: "a job that was deleted meanwhile",
          answer: ending("job-deleted"),
          code: "provider_error",
        },
        {
          name: "a job that fails because the audio is too short",
          answer: ending("job-too-short"),
          code: "invalid_request",
          param: "file",
        },
        {
          name: "a job that fails because there is no audio",
          answer: ending("job-web-page"),
          code: "unsupported_media",
          param: "file",
        },
        {
          name: "a job that fails because the URL leads nowhere",
          answer: ending("job-download"),
          code: "invalid_request",
          param: "url",
        },
        {
          name: "a job that fails because the language is uncertain",
          answer: ending("job-language-confidence"),
          code: "unsupported_feature",
          param: "language_confidence_threshold",
        },
        {
          name: "a job that fails because there is too little speech",
          answer: ending("job-speech-threshold"),
          code: "empty_transcript",
          param: "speech_threshold",
        },
        {
          name: "a job that fails by the vendor's fault",
          answer: ending("job-server-error"),
          code: "provider_error",
        },
      ],
    },
    streaming: no("streams of recorded audio"),
    streamError: no("streams of recorded audio"),
    polling: { isPoll, pending: fixture("processing") },
  },
});
