import { describeProvider, fieldValues, readFixtures } from "@earshot/provider-testkit";
import type { Fixture, RecordedCall } from "@earshot/provider-testkit";
import { fireworksProvider } from "./fireworks-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

/** Answers as Fireworks did: by the path, the format and the granularities that the form asks for. */
const answer = (call: RecordedCall): Fixture => {
  if (call.path.endsWith("/translations")) return fixture("translation");
  if (fieldValues(call, "response_format")[0] !== "verbose_json") return fixture("json");
  if (fieldValues(call, "diarize")[0] === "true") return fixture("speakers");
  const [granularities = ""] = fieldValues(call, "timestamp_granularities");
  return fixture(granularities.includes("word") ? "words" : "verbose");
};

const wantsSpeakers = { responseFormat: "diarized_json", diarize: true } as const;

describeProvider({
  definition: fireworksProvider,
  settings: { apiKey: "fw_test_0123456789" },
  models: ["whisper-v3", "whisper-v3-turbo"],
  scenarios: {
    text: { answer, expected: { text: "Um, here's, uh, what was recorded." } },
    silence: { answer: fixture("silence") },
    segments: {
      answer,
      durationSeconds: 4.8,
      expected: {
        language: "en",
        languages: ["en", "fr"],
        usage: { type: "duration", seconds: 4.8 },
        requestId: "3f1c0f58-1111-2222-3333-444455556666",
      },
    },
    words: { answer, durationSeconds: 4.8 },
    speakers: { answer, durationSeconds: 4.8 },
    knownSpeakers: { unsupported: "Fireworks names no speakers." },
    logprobs: { unsupported: "Fireworks gives no log probabilities." },
    translation: { answer, expected: { text: "Hello everybody." } },
    languageHint: {},
    languageDetection: { request: { responseFormat: "verbose_json" }, answer },
    prompt: {},
    keywords: { unsupported: "Fireworks has no keywords; they become part of the prompt." },
    temperature: {},
    urlInput: {},
    options: {
      answer,
      samples: {
        temperatures: { values: [["0", "0.2"], ["0,0.4,0.8"]] },
        min_speakers: { values: [1, 2], request: wantsSpeakers },
        max_speakers: { values: [2, 3], request: wantsSpeakers },
      },
    },
    formats: {},
    errors: {
      source: "https://github.com/tryAGI/Fireworks (openapi.yaml)",
      body: (message) => ({ error: message }),
      codes: { 401: "service_discontinued" },
      cases: [
        {
          name: "the end of the service",
          answer: fixture("error-discontinued"),
          code: "service_discontinued",
        },
        { name: "an error object", answer: fixture("error-object"), code: "invalid_request" },
        {
          name: "an error in a string",
          answer: fixture("error-string"),
          code: "audio_unreadable",
          param: "file",
        },
        {
          name: "a bare message",
          answer: fixture("error-message"),
          code: "rate_limited",
          retryAfterMs: 5000,
        },
      ],
    },
    streaming: { unsupported: "Fireworks streamed over a WebSocket only." },
    streamError: { unsupported: "Fireworks streamed over a WebSocket only." },
    polling: { unsupported: "Fireworks answered the upload itself." },
  },
});
