import { defineProvider } from "@earshot/provider-kit";
import { describeProvider, fieldValues, readFixtures } from "@earshot/provider-testkit";
import type {
  ErrorsScenario,
  ProviderSuite,
  RecordedCall,
  Scenarios,
} from "@earshot/provider-testkit";
import { openaiCompatibleProvider } from "./openai-compatible-provider.ts";
import { serverDialects } from "./server-dialects.ts";
import type { ServerDialectName } from "./server-dialects.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

/**
 * The provider as it is with one dialect set: with that server's capabilities, and without the
 * settings, which the usual suite tries.
 */
const suiteOf = (dialect: ServerDialectName, scenarios: Scenarios): ProviderSuite => ({
  definition: defineProvider({
    ...openaiCompatibleProvider,
    capabilities: { default: serverDialects[dialect].capabilities },
    settings: {},
  }),
  variant: dialect,
  settings: {
    apiKey: "compatible-test-0123456789",
    baseUrl: "http://127.0.0.1:8000/v1",
    extra: { dialect },
  },
  models: ["whisper"],
  scenarios,
});

/** Answers with the dialect's JSON or verbose JSON, as the form asks. */
const answerOf =
  (prefix: string) =>
  (call: RecordedCall): ReturnType<typeof fixture> =>
    fieldValues(call, "response_format").includes("verbose_json")
      ? fixture(`${prefix}-verbose`)
      : fixture(`${prefix}-json`);

const none = (what: string): { unsupported: string } => ({
  unsupported: `This server has no ${what}.`,
});

const fastApiErrors: Omit<ErrorsScenario, "cases"> = {
  source: "https://fastapi.tiangolo.com/tutorial/handling-errors/",
  body: (message) => ({ detail: message }),
};

const openaiErrors: Omit<ErrorsScenario, "cases"> = {
  source: "https://platform.openai.com/docs/guides/error-codes",
  body: (message, status) => ({
    error: { message, type: "BadRequestError", param: null, code: status },
  }),
};

const plainErrors: Omit<ErrorsScenario, "cases"> = {
  source: "https://github.com/ggml-org/whisper.cpp/tree/master/examples/server",
  body: (message) => ({ error: message }),
};

const shared = (prefix: string) => {
  const answer = answerOf(prefix);
  return {
    text: { answer },
    silence: { answer: fixture(`${prefix}-silence`) },
    knownSpeakers: none("reference clips"),
    logprobs: none("log probabilities"),
    translation: { answer },
    languageHint: { answer },
    prompt: { answer },
    temperature: { answer },
    options: { answer },
    polling: none("jobs"),
  };
};

const detection = (prefix: string): Scenarios["languageDetection"] => ({
  answer: answerOf(prefix),
  request: { responseFormat: "verbose_json" },
  expected: { language: "en" },
});

describeProvider(
  suiteOf("speaches", {
    ...shared("speaches"),
    segments: { answer: answerOf("speaches"), durationSeconds: 10.48 },
    words: { answer: answerOf("speaches"), durationSeconds: 10.48 },
    speakers: none("speakers in transcripts"),
    languageDetection: detection("speaches"),
    keywords: { answer: answerOf("speaches") },
    urlInput: none("download of its own"),
    formats: {
      answers: {
        text: {
          source: "https://github.com/speaches-ai/speaches (src/speaches/executors/whisper.py)",
          headers: { "content-type": "text/plain; charset=utf-8" },
          body: "And so my fellow Americans",
        },
      },
    },
    errors: {
      ...fastApiErrors,
      cases: [
        {
          name: "a model that is not installed",
          answer: fixture("speaches-error-model"),
          code: "provider_model_not_found",
        },
        {
          name: "a strange container",
          answer: fixture("speaches-error-media"),
          code: "unsupported_media",
        },
        {
          name: "a wrong key",
          answer: fixture("speaches-error-key"),
          code: "provider_authentication",
        },
        {
          name: "a format that it lacks",
          answer: fixture("speaches-error-format"),
          code: "invalid_request",
          param: "response_format",
        },
      ],
    },
    streaming: { answer: fixture("speaches-stream") },
    streamError: { answer: fixture("localai-stream-error") },
  }),
);

describeProvider(
  suiteOf("vllm", {
    ...shared("vllm"),
    segments: {
      answer: answerOf("vllm"),
      durationSeconds: 30,
      expected: { durationSeconds: 30, language: "en" },
    },
    words: none("word times"),
    speakers: none("speakers in general"),
    languageDetection: detection("vllm"),
    keywords: { answer: answerOf("vllm") },
    urlInput: none("download of its own"),
    formats: { answers: { json: { ...fixture("vllm-json"), body: { text: "Hello." } } } },
    errors: {
      ...openaiErrors,
      cases: [
        {
          name: "a model without times",
          answer: fixture("vllm-error-verbose"),
          code: "unsupported_feature",
        },
        {
          name: "a strange container",
          answer: fixture("vllm-error-audio"),
          code: "unsupported_media",
        },
        {
          name: "an error behind a success",
          answer: fixture("vllm-error-behind-success"),
          code: "unsupported_media",
        },
        {
          name: "an unknown model",
          answer: fixture("vllm-error-model"),
          code: "provider_model_not_found",
        },
      ],
    },
    streaming: {
      answer: fixture("vllm-stream"),
      expected: {
        text: "And the pitch on the way.",
        usage: { type: "tokens", inputTokens: 2542, outputTokens: 8, totalTokens: 2550 },
      },
    },
    streamError: {
      answer: {
        source:
          "https://github.com/vllm-project/vllm (speech_to_text.py at 024e077, create_streaming_error_response)",
        headers: { "content-type": "text/event-stream" },
        body: 'data: {"error":{"message":"EngineCore encountered an issue.","type":"InternalServerError","param":null,"code":500}}\n\ndata: [DONE]\n\n',
      },
      code: "provider_error",
    },
  }),
);

describeProvider(
  suiteOf("whisper.cpp", {
    ...shared("whisper-cpp"),
    segments: { answer: answerOf("whisper-cpp"), durationSeconds: 5 },
    words: {
      answer: answerOf("whisper-cpp"),
      durationSeconds: 5,
      expected: {
        words: [
          { text: "That's", startSeconds: 0.16, endSeconds: 0.49, confidence: 0.31418749690055847 },
        ],
      },
    },
    speakers: {
      answer: fixture("whisper-cpp-diarized"),
      durationSeconds: 5,
      expected: { text: "That's one small step for man." },
    },
    languageDetection: detection("whisper-cpp"),
    keywords: none("keywords but the prompt"),
    urlInput: none("download of its own"),
    formats: {},
    errors: {
      ...plainErrors,
      cases: [
        {
          name: "unreadable audio",
          answer: fixture("whisper-cpp-error-audio"),
          code: "audio_unreadable",
        },
        {
          name: "another path",
          answer: fixture("whisper-cpp-error-path"),
          code: "provider_model_not_found",
        },
        {
          name: "a failed inference",
          answer: fixture("whisper-cpp-error-process"),
          code: "provider_error",
        },
      ],
    },
    streaming: none("streams"),
    streamError: none("streams"),
  }),
);

describeProvider(
  suiteOf("localai", {
    ...shared("localai"),
    segments: { answer: fixture("localai-nanoseconds"), durationSeconds: 206.4 },
    words: { answer: answerOf("localai"), durationSeconds: 206.4 },
    speakers: { answer: fixture("localai-diarized"), durationSeconds: 9.64 },
    languageDetection: detection("localai"),
    keywords: none("keywords but the prompt"),
    urlInput: none("download of its own"),
    formats: {},
    errors: {
      ...openaiErrors,
      cases: [
        {
          name: "a model that does not load",
          answer: fixture("localai-error-model"),
          code: "provider_error",
        },
        {
          name: "a format that it lacks",
          answer: fixture("localai-error-format"),
          code: "provider_error",
        },
        {
          name: "a form without a file",
          answer: fixture("localai-error-request"),
          code: "request_refused",
        },
      ],
    },
    streaming: { answer: fixture("localai-stream") },
    streamError: { answer: fixture("localai-stream-error"), code: "provider_error" },
  }),
);

describeProvider(
  suiteOf("together", {
    ...shared("together"),
    segments: { answer: answerOf("together"), durationSeconds: 30.02 },
    words: { answer: answerOf("together"), durationSeconds: 30.02 },
    speakers: { answer: fixture("together-verbose"), durationSeconds: 30.02 },
    languageDetection: detection("together"),
    keywords: none("keywords but the prompt"),
    urlInput: { answer: answerOf("together") },
    formats: {},
    errors: {
      ...openaiErrors,
      cases: [
        {
          name: "a wrong key",
          answer: fixture("together-error-key"),
          code: "provider_authentication",
        },
        {
          name: "audio that is too long",
          answer: fixture("together-error-too-long"),
          code: "audio_too_long",
        },
        {
          name: "a file that is too large",
          answer: fixture("together-error-too-large"),
          code: "audio_too_large",
        },
      ],
    },
    streaming: none("streams"),
    streamError: none("streams"),
  }),
);
