import { describeProvider, queryValues, readFixtures } from "@earshot/provider-testkit";
import type { Fixture, RecordedCall } from "@earshot/provider-testkit";
import { deepgramProvider } from "./deepgram-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

/** Answers as Deepgram does: utterances and speakers are there when they were asked for. */
const answer = (call: RecordedCall): Fixture => {
  if (queryValues(call, "diarize_model").length > 0) return fixture("diarized");
  const hasUtterances = queryValues(call, "utterances").includes("true");
  return fixture(hasUtterances ? "utterances" : "detected");
};

const ENGLISH_MODELS = [
  "nova-2-meeting",
  "nova-2-phonecall",
  "enhanced-finance",
  "nova-2-conversationalai",
  "base-voicemail",
  "video",
  "nova-2-medical",
  "nova-2-drivethru",
  "nova-2-automotive",
  "nova-2-atc",
] as const;

const OLDER_MODELS = ["nova-2", ...ENGLISH_MODELS, "nova", "enhanced", "base"] as const;
const REFUSED = "it is refused, because Deepgram answers it without a transcript";

describeProvider({
  definition: deepgramProvider,
  settings: { apiKey: "deepgram-test-0123456789" },
  models: ["nova-3", "nova-3-medical", ...OLDER_MODELS, "whisper-large", "our-custom-model"],
  requiredFields: ["results.channels.*.alternatives.*.transcript"],
  scenarios: {
    text: {
      answer,
      expected: {
        text: "And so, my fellow Americans, ask not what your country can do for you. Ask what you can do for your country.",
        language: "en",
        durationSeconds: 11,
        usage: { type: "duration", seconds: 11 },
        requestId: "019de3d2-cce4-7e60-9b43-67e122c235b6",
      },
    },
    silence: { answer: fixture("silence"), expected: { text: "", warnings: [] } },
    segments: { answer, durationSeconds: 11 },
    words: { answer, durationSeconds: 11 },
    speakers: { answer, durationSeconds: 4 },
    knownSpeakers: { unsupported: "Deepgram numbers speakers and knows no reference clips." },
    logprobs: { unsupported: "Deepgram gives confidences, not log probabilities." },
    translation: { unsupported: "Deepgram transcribes only." },
    languageHint: {
      // The medical model takes no hints but English; see deepgram-languages.test.ts.
      models: ["nova-3", ...OLDER_MODELS, "whisper-large", "our-custom-model"],
    },
    languageDetection: { answer, expected: { language: "en" } },
    prompt: { unsupported: "Deepgram has no prompt." },
    keywords: {},
    temperature: { unsupported: "Deepgram has no temperature." },
    urlInput: {},
    options: {
      samples: {
        keywords: {
          model: "nova-2",
          values: [["Zugspitze"], ["Loreley:2"], ["Zugspitze", "Loreley:2"]],
        },
        punctuate: {
          unsupported: "true is what is sent without it; see to-deepgram-request.test.ts",
        },
        callback: { unsupported: REFUSED },
        callback_method: { unsupported: REFUSED },
      },
      settingSamples: {
        language_detection: {
          unsupported: "one of its two values is the default; see deepgram-provider.test.ts",
        },
      },
    },
    formats: {},
    errors: {
      source: "https://developers.deepgram.com/docs/errors",
      // An upload that broke off.
      codes: { 422: "network" },
      body: (message) => ({ err_code: "Bad Request", err_msg: message, request_id: "1f2e-3d4c" }),
      cases: [
        {
          name: "a wrong key",
          answer: fixture("error-invalid-auth"),
          code: "provider_authentication",
        },
        {
          name: "a wrong key, in the newer shape",
          answer: fixture("error-unauthorized"),
          code: "provider_authentication",
        },
        {
          name: "a key without permission",
          answer: fixture("error-key-permissions"),
          code: "provider_permission",
        },
        {
          name: "a model that the project may not use",
          answer: fixture("error-model-access"),
          code: "provider_permission",
        },
        { name: "no credits", answer: fixture("error-payment"), code: "quota_exhausted" },
        {
          name: "too many calls at once",
          answer: fixture("error-too-many-requests"),
          code: "rate_limited",
        },
        {
          name: "audio that it cannot decode",
          answer: fixture("error-corrupt"),
          code: "unsupported_media",
          param: "file",
        },
        {
          name: "a body that is no JSON",
          answer: fixture("error-invalid-json"),
          code: "request_refused",
        },
        {
          name: "a model that is not there",
          answer: fixture("error-no-such-model"),
          code: "provider_model_not_found",
        },
        {
          name: "a model without the client's language",
          answer: fixture("error-no-such-model"),
          request: { languages: ["fr"] },
          code: "unsupported_feature",
          param: "language",
        },
        {
          name: "too many key terms",
          answer: fixture("error-keyterm-limit"),
          request: { keywords: ["Zugspitze"] },
          code: "invalid_request",
          param: "keywords",
        },
        {
          name: "audio that is not at its URL",
          answer: fixture("error-remote-content"),
          request: { audio: { type: "url", url: "https://audio.example/gone.wav" } },
          code: "invalid_request",
          param: "url",
        },
        {
          name: "audio at a URL that it cannot decode",
          answer: fixture("error-corrupt"),
          request: { audio: { type: "url", url: "https://audio.example/page.html" } },
          code: "unsupported_media",
          param: "url",
        },
        {
          name: "a feature without the language",
          answer: fixture("error-summarize-language"),
          code: "unsupported_feature",
        },
        { name: "no room", answer: fixture("error-unavailable"), code: "overloaded" },
        {
          name: "an upload that takes too long",
          answer: fixture("error-slow-upload"),
          code: "timeout",
        },
        {
          name: "processing that takes too long",
          answer: fixture("error-timeout"),
          code: "timeout",
        },
      ],
    },
    streaming: { unsupported: "Deepgram streams over a WebSocket only." },
    streamError: { unsupported: "Deepgram streams over a WebSocket only." },
    polling: { unsupported: "Deepgram answers the upload itself." },
  },
});
