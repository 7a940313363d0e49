import { describeProvider, fieldValues, readFixtures } from "@earshot/provider-testkit";
import type { Fixture, RecordedCall } from "@earshot/provider-testkit";
import { elevenlabsProvider } from "./elevenlabs-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

/** Answers with speakers when the form asks for them. */
const answer = (call: RecordedCall): Fixture =>
  fixture(fieldValues(call, "diarize")[0] === "true" ? "speakers" : "text");

const WORDS_ALWAYS = "words are always asked for: segments and subtitles are made of them";

describeProvider({
  definition: elevenlabsProvider,
  settings: { apiKey: "xi-test-0123456789" },
  models: ["scribe_v2", "scribe_v1"],
  scenarios: {
    text: {
      answer,
      expected: { text: "Hello world!", language: "en", requestId: "0HMvhKLrkQlcQ0mGCgPH" },
    },
    silence: { answer: fixture("silence"), expected: { usage: { type: "duration", seconds: 2 } } },
    segments: { unsupported: "Scribe gives words alone; Earshot makes segments of them." },
    words: {
      answer: fixture("words"),
      durationSeconds: 3.38,
      alwaysOn: WORDS_ALWAYS,
      expected: { language: "en", usage: { type: "duration", seconds: 3.38 } },
    },
    speakers: { answer, durationSeconds: 1.9, expected: { text: "Hello world! Hi." } },
    knownSpeakers: { unsupported: "Scribe takes no reference clips." },
    logprobs: { unsupported: "Scribe tells the probability of words, not of tokens." },
    translation: { unsupported: "Scribe does not translate." },
    languageHint: {},
    languageDetection: { answer: fixture("words"), expected: { language: "en" } },
    prompt: { unsupported: "Scribe takes no prompt." },
    keywords: {},
    temperature: {},
    urlInput: {},
    options: {
      answer,
      samples: {
        additional_formats: { values: ['[{"format":"srt"}]', '[{"format":"docx"}]'] },
        detect_speaker_roles: { values: [true, false], request: { diarize: true } },
        diarization_threshold: { values: [0.2, 0.3], request: { diarize: true } },
        tag_audio_events: {
          unsupported: "false is what is sent anyhow; see to-elevenlabs-request.test.ts",
        },
        timestamps_granularity: { values: ["none", "character"] },
        use_speaker_library: { values: [true, false], request: { diarize: true } },
        webhook: { unsupported: "true is refused; see check-elevenlabs-request.test.ts" },
      },
    },
    formats: {},
    errors: {
      source: "https://elevenlabs.io/docs/eleven-api/resources/errors",
      body: (message) => ({ detail: { type: "invalid_request", code: "bad_request", message } }),
      cases: [
        {
          name: "a wrong key",
          answer: fixture("error-invalid-key"),
          code: "provider_authentication",
        },
        {
          name: "a key that may not transcribe",
          answer: fixture("error-missing-permission"),
          code: "provider_permission",
        },
        { name: "an empty account", answer: fixture("error-quota"), code: "quota_exhausted" },
        {
          name: "a blocked free account",
          answer: fixture("error-unusual-activity"),
          code: "provider_permission",
        },
        {
          name: "too many calls at once",
          answer: fixture("error-concurrency"),
          code: "rate_limited",
        },
        { name: "a busy service", answer: fixture("error-busy"), code: "overloaded" },
        {
          name: "an unknown model",
          answer: fixture("error-model"),
          code: "provider_model_not_found",
          param: "model",
        },
        {
          name: "an empty file",
          answer: fixture("error-empty-file"),
          code: "audio_unreadable",
          param: "file",
        },
        {
          name: "a value out of range",
          answer: fixture("error-validation"),
          code: "invalid_request",
          param: "temperature",
        },
        {
          name: "an error in OpenAI's shape",
          answer: fixture("error-wrapped"),
          code: "request_refused",
        },
      ],
    },
    streaming: { unsupported: "Scribe streams over a WebSocket only." },
    streamError: { unsupported: "Scribe streams over a WebSocket only." },
    polling: { unsupported: "ElevenLabs answers the upload itself." },
  },
});
