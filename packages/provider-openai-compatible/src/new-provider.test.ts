import type { Capabilities, OptionTable, TranscriptEvent } from "@earshot/core";
import {
  defineProvider,
  requireBaseUrl,
  requireSetting,
  toBearerHeaders,
} from "@earshot/provider-kit";
import {
  createContext,
  createFakeTransport,
  createRequest,
  fieldValues,
} from "@earshot/provider-testkit";
import { expect, test } from "vitest";
import { createOpenaiDialect } from "./openai-dialect.ts";

const can: Capabilities = {
  nativeFormats: ["json", "text", "verbose_json"],
  wordTimestamps: "measured",
  segmentTimestamps: true,
  diarization: false,
  maxKnownSpeakers: 0,
  streaming: true,
  translation: true,
  prompt: true,
  keywords: false,
  temperature: true,
  logprobs: false,
  languages: "any",
  maxLanguageHints: 1,
  chunkingStrategy: false,
  languageDetection: true,
  urlInput: true,
  mediaTypes: "any",
};

const options: OptionTable = { vad: { type: "boolean", description: "Finds speech first." } };

/** The provider of the README. */
const acmeProvider = defineProvider({
  specVersion: 1,
  kind: "acme",
  displayName: "Acme",
  documentationUrl: "https://acme.example/docs",
  environment: { apiKey: ["ACME_API_KEY"], baseUrl: ["ACME_API_BASE"] },
  requiresApiKey: true,
  capabilities: { default: can },
  options,
  create: (settings) =>
    createOpenaiDialect({
      kind: "acme",
      id: settings.id,
      baseUrl: requireBaseUrl("acme", settings.baseUrl ?? "https://api.acme.example/v1"),
      headers: toBearerHeaders("acme", settings),
      secrets: [requireSetting("acme", "apiKey", settings.apiKey)],
      capabilities: { default: can },
      options,
      deviations: {
        urlField: "url",
        requestIdHeaders: ["x-acme-request-id"],
        toTranscript: (transcript) => ({ ...transcript, language: "en" }),
      },
    }),
});

test("a provider for a new server with the same dialect is a page of data", async () => {
  const { send, calls } = createFakeTransport(() => ({
    headers: { "x-request-id": "not this", "x-acme-request-id": "acme-1" },
    body: { text: "Hello." },
  }));
  const { context } = createContext({ transport: send });
  const provider = acmeProvider.create({ apiKey: "acme-test-key" });
  const request = createRequest("acme-large", {
    audio: { type: "url", url: "https://files.example/talk.mp3" },
    keywords: ["Earshot"],
    chunkingStrategy: { type: "server_vad" },
    options: { vad: true },
  });
  const transcript = await provider.transcribe(request, context);
  const [call] = calls;
  if (call === undefined) throw new Error("Nothing was sent.");
  expect(call.url).toBe("https://api.acme.example/v1/audio/transcriptions");
  expect(call.headers["authorization"]).toBe("Bearer acme-test-key");
  expect(["url", "prompt", "vad"].map((name) => fieldValues(call, name))).toEqual([
    ["https://files.example/talk.mp3"],
    ["Earshot"],
    ["true"],
  ]);
  expect(transcript).toMatchObject({ text: "Hello.", language: "en", requestId: "acme-1" });
  expect(transcript.warnings.map(({ param }) => param)).toEqual(["chunking_strategy", "keywords"]);
});

test("what it knows of a transcript holds for streams, too", async () => {
  const { send } = createFakeTransport(() => ({
    headers: { "content-type": "text/event-stream", "x-acme-request-id": "acme-2" },
    body: 'data: {"type":"transcript.text.delta","delta":"Hello."}\n\ndata: {"type":"transcript.text.done","text":"Hello."}\n\n',
  }));
  const { context } = createContext({ transport: send });
  const provider = acmeProvider.create({ apiKey: "acme-test-key" });
  const events: TranscriptEvent[] = [];
  const stream = provider.stream?.(createRequest("acme-large", { stream: true }), context) ?? [];
  for await (const event of stream) events.push(event);
  expect(events).toMatchObject([
    { type: "delta", text: "Hello." },
    { type: "done", transcript: { text: "Hello.", language: "en", requestId: "acme-2" } },
  ]);
});
