import { describeProvider, fieldValues, readFixtures } from "@earshot/provider-testkit";
import type { Fixture, RecordedCall } from "@earshot/provider-testkit";
import { openaiProvider } from "./openai-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

const WHISPER_ANSWERS: Readonly<Record<string, string>> = {
  json: "whisper-json",
  text: "whisper-text",
  srt: "whisper-srt",
  vtt: "whisper-vtt",
  verbose_json: "whisper-segments-and-words",
};

/** Answers as OpenAI does: by the model and the format that the form asks for. */
const answer = (call: RecordedCall): Fixture => {
  const [model = ""] = fieldValues(call, "model");
  const [format = "json"] = fieldValues(call, "response_format");
  if (call.path.endsWith("/translations")) return fixture("translation");
  if (format === "diarized_json") return fixture("diarized");
  if (model === "gpt-transcribe") return fixture("gpt-transcribe");
  if (format === "json" && model !== "whisper-1") return fixture("gpt-4o-json");
  return fixture(WHISPER_ANSWERS[format] ?? "whisper-json");
};

describeProvider({
  definition: openaiProvider,
  settings: { apiKey: "sk-test-0123456789" },
  models: [
    "whisper-1",
    "gpt-transcribe",
    "gpt-4o-transcribe",
    "gpt-4o-mini-transcribe",
    "gpt-4o-transcribe-diarize",
    "whisper-large-v3",
    "gpt-9-transcribe",
  ],
  scenarios: {
    text: { answer, expected: { usage: { type: "duration", seconds: 9 } } },
    silence: { answer: fixture("silence"), expected: { usage: { type: "duration", seconds: 1 } } },
    // The diarizing model's segments are those of `speakers` and of its formats.
    segments: { models: ["whisper-1", "whisper-large-v3"], answer, durationSeconds: 8.47 },
    words: { answer: fixture("whisper-segments-and-words"), durationSeconds: 8.47 },
    speakers: {
      answer: fixture("diarized"),
      durationSeconds: 27.4,
      expected: {
        text: "Thanks for calling OpenAI support. Hi, I'm trying to enable diarization. Happy to walk you through the steps.",
      },
    },
    knownSpeakers: { answer: fixture("diarized") },
    logprobs: {
      answer: fixture("gpt-4o-logprobs"),
      expected: { text: "Hey, my knee is hurting and I want to see the doctor tomorrow ideally." },
    },
    translation: {
      answer: fixture("translation"),
      expected: {
        text: "Hello, my name is Wolfgang and I come from Germany. Where are you heading today?",
      },
    },
    languageHint: { answer },
    languageDetection: {
      models: ["whisper-1", "gpt-transcribe"],
      request: { responseFormat: "verbose_json" },
      answer,
    },
    prompt: { answer },
    keywords: { answer },
    temperature: { answer },
    urlInput: { unsupported: "OpenAI does not fetch audio." },
    options: { answer },
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
      source: "https://platform.openai.com/docs/guides/error-codes",
      body: (message) => ({
        error: { message, type: "invalid_request_error", param: null, code: null },
      }),
      cases: [
        {
          name: "a wrong key",
          answer: fixture("error-invalid-key"),
          code: "provider_authentication",
        },
        {
          name: "an empty account",
          answer: fixture("error-insufficient-quota"),
          code: "quota_exhausted",
        },
        {
          name: "audio that is too long",
          answer: fixture("error-too-long"),
          code: "audio_too_long",
          param: "file",
        },
        {
          name: "a strange container",
          answer: fixture("error-invalid-format"),
          code: "unsupported_media",
          param: "file",
        },
        {
          name: "a format that the model lacks",
          answer: fixture("error-response-format"),
          code: "unsupported_feature",
          param: "response_format",
        },
        {
          name: "a file that is too large",
          answer: fixture("error-too-large"),
          code: "audio_too_large",
          param: "file",
        },
        {
          name: "an unknown model",
          answer: fixture("error-model-not-found"),
          code: "provider_model_not_found",
        },
      ],
    },
    streaming: {
      answer: fixture("stream"),
      expected: {
        text: "I see skies of blue and clouds of white, the bright blessed days, the dark sacred nights, and I think to myself, what a wonderful world.",
        usage: {
          type: "tokens",
          inputTokens: 14,
          outputTokens: 45,
          totalTokens: 59,
          inputTextTokens: 0,
          inputAudioTokens: 14,
        },
      },
    },
    streamError: {
      answer: {
        source:
          "https://github.com/openai/openai-node (src/core/streaming.ts): a frame with a top-level error",
        headers: { "content-type": "text/event-stream" },
        body: 'data: {"type":"transcript.text.delta","delta":"I see"}\n\ndata: {"error":{"message":"The server had an error while processing your request.","type":"server_error","param":null,"code":null}}\n\n',
      },
      code: "provider_error",
    },
    polling: { unsupported: "OpenAI answers the upload itself." },
  },
});
