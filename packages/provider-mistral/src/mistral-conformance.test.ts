import { describeProvider, fieldValues, readFixtures } from "@earshot/provider-testkit";
import type { Fixture, RecordedCall } from "@earshot/provider-testkit";
import { mistralProvider } from "./mistral-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

/** Answers as Mistral does: by what the form asks for. */
const answer = (call: RecordedCall): Fixture => {
  const asks = (name: string, value: string): boolean => fieldValues(call, name).includes(value);
  if (asks("stream", "true"))
    return fixture(asks("diarize", "true") ? "stream-speakers" : "stream");
  if (asks("diarize", "true")) return fixture("speakers");
  if (asks("timestamp_granularities", "word")) return fixture("words");
  if (asks("timestamp_granularities", "segment")) return fixture("segments");
  return fixture(asks("return_language", "true") ? "text" : "old-text");
};

const VOXTRAL_3 = "voxtral-mini-transcribe-3-0";

describeProvider({
  definition: mistralProvider,
  settings: { apiKey: "mistral-test-0123456789" },
  models: [VOXTRAL_3, "voxtral-mini-2602", "voxtral-mini-latest", "voxtral-mini-2507"],
  scenarios: {
    text: {
      answer,
      expected: {
        text: "The sun was setting slowly, casting long shadows across the empty field.",
        language: "en",
        usage: { type: "duration", seconds: 5 },
      },
    },
    silence: { answer: fixture("silence") },
    segments: { answer, durationSeconds: 5 },
    words: { answer: fixture("words"), durationSeconds: 2 },
    speakers: { answer, durationSeconds: 32 },
    knownSpeakers: { unsupported: "Mistral takes reference clips over its WebSocket only." },
    logprobs: { unsupported: "Mistral gives no log probabilities." },
    translation: { unsupported: "Mistral's transcription does not translate." },
    languageHint: { answer },
    // Earlier models detect the language too, and do not tell.
    languageDetection: { models: [VOXTRAL_3], answer, expected: { language: "en" } },
    prompt: { unsupported: "Mistral takes no prompt." },
    keywords: { answer },
    temperature: { answer },
    urlInput: { answer },
    options: {
      answer,
      samples: {
        // Without a language hint Voxtral 3 is asked anyhow.
        return_language: { values: [true, false], model: "voxtral-mini-2602" },
      },
    },
    formats: {},
    errors: {
      source: "https://docs.mistral.ai/api/endpoint/audio/transcriptions",
      body: (message, status) => ({
        object: "error",
        message,
        type: "invalid_request_error",
        param: null,
        code: null,
        raw_status_code: status,
      }),
      cases: [
        {
          name: "what is no audio",
          answer: fixture("error-undecodable"),
          code: "audio_unreadable",
          param: "file",
        },
        {
          name: "a URL without audio",
          answer: fixture("error-url"),
          code: "invalid_request",
          param: "url",
        },
        {
          name: "an unknown model",
          answer: fixture("error-model"),
          code: "provider_model_not_found",
          param: "model",
        },
        {
          name: "a failed validation",
          answer: fixture("error-granularity"),
          code: "invalid_request",
        },
        {
          name: "a failed validation of a field",
          answer: fixture("error-two-granularities"),
          code: "invalid_request",
          param: "timestamp_granularities",
        },
        { name: "a wrong key", answer: fixture("error-key"), code: "provider_authentication" },
        { name: "too many calls", answer: fixture("error-rate"), code: "rate_limited" },
        { name: "a busy service", answer: fixture("error-capacity"), code: "overloaded" },
        {
          name: "audio over the context window",
          answer: fixture("error-too-long"),
          code: "audio_too_long",
          param: "file",
        },
      ],
    },
    streaming: {
      answer,
      expected: {
        text: "Hello, Ruby. How are you?",
        language: "en",
        usage: { type: "duration", seconds: 3 },
      },
    },
    streamError: {
      answer: {
        source: "https://docs.mistral.ai/api: the usual error as an event",
        headers: { "content-type": "text/event-stream" },
        body: 'event: transcription.text.delta\ndata: {"type":"transcription.text.delta","text":"Hello"}\n\nevent: error\ndata: {"object":"error","message":"Rate limit exceeded","type":"rate_limited","param":null,"code":"1300","raw_status_code":429}\n\n',
      },
      code: "rate_limited",
    },
    polling: { unsupported: "Mistral answers the upload itself." },
  },
});
