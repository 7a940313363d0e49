import type { Fixture, ProviderSuite } from "@earshot/provider-testkit";
import { acmeProvider } from "./acme-provider.ts";

const source = "made up for the kit's own tests";

const answer = (body: unknown): Fixture => ({
  source,
  status: 200,
  headers: { "content-type": "application/json", "x-request-id": "req-1" },
  body,
});

const base = { id: "t-1", text: " Wer reitet so spät?", language: "deu", duration_ms: 2000 };

const words = [
  { w: "Wer", from_ms: 0, to_ms: 400, p: 0.9, who: null },
  { w: "reitet", from_ms: 400, to_ms: 900, p: 0.8, who: null },
  { w: "so", from_ms: 900, to_ms: 1100, p: 1, who: null },
  { w: "spät?", from_ms: 1100, to_ms: 1900, p: 0.7, who: null },
];

const sentences = [{ w: "Wer reitet so spät?", from_ms: 0, to_ms: 1900, who: "anna" }];

const text = answer(base);

const frames = (...events: readonly unknown[]): Fixture => ({
  source,
  headers: { "content-type": "text/event-stream" },
  body: events.map((event) => `data: ${JSON.stringify(event)}\n\n`).join(""),
});

const subtitles = "1\n00:00:00,000 --> 00:00:01,900\nWer reitet so spät?\n";

/** Acme, with all that it can do. */
export const acmeSuite: ProviderSuite = {
  definition: acmeProvider,
  settings: { apiKey: "acme-test-key-never-shown" },
  models: ["acme-1", "acme-lite-2"],
  scenarios: {
    text: {
      answer: text,
      expected: { text: "Wer reitet so spät?", language: "de", requestId: "req-1" },
    },
    silence: { answer: answer({ ...base, text: "", words: [], sentences: [] }) },
    segments: { answer: answer({ ...base, sentences }), durationSeconds: 2 },
    words: { answer: answer({ ...base, words, sentences }), durationSeconds: 2 },
    speakers: { answer: answer({ ...base, sentences }), durationSeconds: 2 },
    knownSpeakers: { answer: answer({ ...base, sentences }) },
    logprobs: { answer: answer({ ...base, logprobs: [{ token: "Wer", logprob: -0.1 }] }) },
    translation: { answer: answer({ ...base, text: "Who rides so late?", language: "eng" }) },
    languageHint: {},
    languageDetection: { answer: text },
    prompt: {},
    keywords: {},
    temperature: {},
    urlInput: {},
    options: {},
    formats: {
      answers: {
        srt: { source, headers: { "content-type": "application/x-subrip" }, body: subtitles },
      },
    },
    errors: {
      source,
      body: (message) => ({ error: { message, code: null } }),
      cases: [
        {
          name: "an empty account",
          answer: {
            source,
            status: 429,
            body: { error: { code: "insufficient_quota", message: "No." } },
          },
          code: "quota_exhausted",
        },
      ],
    },
    streaming: {
      answer: frames(
        { delta: "Wer reitet" },
        { delta: " so" },
        { delta: " spät?" },
        { final: base },
      ),
      expected: { language: "de" },
    },
    streamError: { answer: frames({ delta: "Wer" }, { error: { message: "The engine crashed" } }) },
    polling: { unsupported: "Acme answers in one call" },
  },
};
