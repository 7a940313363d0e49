import { describeProvider, readFixtures } from "@earshot/provider-testkit";
import { parleyProvider } from "./index.js";

const fixture = readFixtures(new URL("fixtures/", import.meta.url));
const no = (/** @type {string} */ what) => ({ unsupported: `Parley has no ${what}` });

describeProvider({
  definition: parleyProvider,
  settings: { apiKey: "parley-test-key" },
  models: ["ear-1"],
  requiredFields: ["heard"],
  scenarios: {
    text: { answer: fixture("speech"), expected: { text: "Ask not.", language: "en" } },
    silence: { answer: fixture("silence") },
    segments: no("segments; Earshot builds them from words"),
    words: {
      answer: fixture("speech"),
      durationSeconds: 1,
      alwaysOn: "Parley times every word unasked",
    },
    speakers: no("speakers"),
    knownSpeakers: no("reference clips"),
    logprobs: no("log probabilities"),
    translation: no("translation"),
    languageHint: {},
    languageDetection: { answer: fixture("speech") },
    prompt: no("prompt"),
    keywords: no("keywords"),
    temperature: no("temperature"),
    urlInput: no("download of its own"),
    options: {},
    formats: {},
    errors: {
      source: "made up for this example",
      body: (message) => ({ error: message }),
      cases: [
        { name: "a wrong key", answer: fixture("wrong-key"), code: "provider_authentication" },
      ],
    },
    streaming: no("streams"),
    streamError: no("streams"),
    polling: no("jobs"),
  },
});
