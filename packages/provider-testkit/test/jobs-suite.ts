import type { Fixture, ProviderSuite, RecordedCall } from "@earshot/provider-testkit";
import { jobsProvider } from "./jobs-provider.ts";

const source = "made up for the kit's own tests";
const none = { unsupported: "the vendor gives text and nothing else" };

const isPoll = (call: RecordedCall): boolean => call.method === "GET";

/** The vendor's whole conversation, with this at its end. */
const ending =
  (result: Readonly<Record<string, unknown>>) =>
  (call: RecordedCall): Fixture => {
    if (call.path.endsWith("/upload")) {
      return { source, body: { upload_url: "https://cdn.jobs.example/1" } };
    }
    if (!isPoll(call)) return { source, body: { id: "job-1", status: "queued" } };
    return { source, body: { id: "job-1", status: "completed", ...result } };
  };

const text = ending({ text: "Wer reitet so spät?", language_code: "de", words: [] });

/** A vendor of jobs. */
export const jobsSuite: ProviderSuite = {
  definition: jobsProvider,
  settings: { apiKey: "jobs-test-key-never-shown" },
  models: ["universal"],
  requiredFields: ["text", "id", "status", "upload_url"],
  scenarios: {
    text: { answer: text, expected: { text: "Wer reitet so spät?", language: "de" } },
    silence: { answer: ending({ text: "", words: [] }) },
    segments: none,
    words: none,
    speakers: none,
    knownSpeakers: none,
    logprobs: none,
    translation: none,
    languageHint: {},
    languageDetection: { answer: text },
    prompt: none,
    keywords: none,
    temperature: none,
    urlInput: {},
    options: { unsupported: "the vendor has no options" },
    formats: {},
    errors: {
      source,
      body: (message) => ({ error: message }),
      cases: [
        {
          name: "a job that fails",
          answer: (call) =>
            isPoll(call)
              ? { source, body: { id: "job-1", status: "error", error: "Audio file is corrupt" } }
              : text(call),
          code: "audio_unreadable",
          param: "file",
        },
      ],
    },
    streaming: none,
    streamError: none,
    polling: { isPoll, pending: { source, body: { id: "job-1", status: "processing" } } },
  },
};
