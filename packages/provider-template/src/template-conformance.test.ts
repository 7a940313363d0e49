import { describeProvider, fieldValues, readFixtures } from "@earshot/provider-testkit";
import type { Fixture, RecordedCall } from "@earshot/provider-testkit";
import { templateProvider } from "./template-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

/** Answers as the vendor does: with the times that were asked for. */
const answer = (call: RecordedCall): Fixture => {
  const times = fieldValues(call, "times");
  if (times.includes("words")) return fixture("words");
  return fixture(times.includes("segments") ? "segments" : "text");
};

const DURATION_SECONDS = 4.2;
const no = (what: string): { unsupported: string } => ({ unsupported: `Template has no ${what}.` });

describeProvider({
  definition: templateProvider,
  settings: { apiKey: "key-test-0123456789" },
  models: ["large", "large-small"],
  scenarios: {
    text: {
      answer,
      expected: {
        text: "The ocelot sleeps by day. It hunts at night.",
        language: "en",
        usage: { type: "duration", seconds: DURATION_SECONDS },
        requestId: "req_template_1",
      },
    },
    silence: { answer: fixture("silence") },
    segments: { answer, durationSeconds: DURATION_SECONDS },
    words: { answer, durationSeconds: DURATION_SECONDS },
    speakers: no("speakers"),
    knownSpeakers: no("names for speakers"),
    logprobs: no("log probabilities"),
    translation: no("translation"),
    languageHint: {},
    languageDetection: { answer },
    prompt: no("prompt"),
    keywords: {},
    temperature: no("temperature"),
    urlInput: no("download of its own"),
    options: {},
    formats: {},
    errors: {
      source: "https://template.example/docs/errors",
      body: (message) => ({ error: { code: "other", message } }),
      cases: [
        {
          name: "a wrong key",
          answer: fixture("error-invalid-key"),
          code: "provider_authentication",
        },
        { name: "an empty account", answer: fixture("error-no-credit"), code: "quota_exhausted" },
        {
          name: "busy lines",
          answer: fixture("error-busy"),
          code: "rate_limited",
          retryAfterMs: 4000,
        },
        {
          name: "a broken file",
          answer: fixture("error-unreadable"),
          code: "audio_unreadable",
          param: "file",
        },
      ],
    },
    streaming: no("streams"),
    streamError: no("streams"),
    polling: no("jobs"),
  },
});
