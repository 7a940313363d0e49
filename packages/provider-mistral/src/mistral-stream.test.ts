import type { TranscriptEvent } from "@earshot/core";
import {
  createContext,
  createFakeTransport,
  createRequest,
  readFixtures,
} from "@earshot/provider-testkit";
import type { FakeAnswer, RequestPatch } from "@earshot/provider-testkit";
import { describe, expect, it } from "vitest";
import { mistralProvider } from "./mistral-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

const setUp = (answer: FakeAnswer, baseUrl?: string) => {
  const transport = createFakeTransport(() => answer);
  const { context } = createContext({ transport: transport.send });
  const settings = { apiKey: "mistral-test-1", ...(baseUrl === undefined ? {} : { baseUrl }) };
  return { transport, context, provider: mistralProvider.create(settings) };
};

const collect = async (answer: FakeAnswer, patch: RequestPatch = {}) => {
  const { context, provider } = setUp(answer);
  const request = createRequest("voxtral-mini-transcribe-3-0", { stream: true, ...patch });
  const events: TranscriptEvent[] = [];
  for await (const event of provider.stream?.(request, context) ?? []) events.push(event);
  return events;
};

const streamOf = (...frames: readonly unknown[]): FakeAnswer => ({
  headers: { "content-type": "text/event-stream" },
  body: frames.map((frame) => `data: ${JSON.stringify(frame)}\n\n`).join(""),
});

describe("a stream of Mistral", () => {
  it("is text as it comes, then the transcript", async () => {
    const events = await collect(fixture("stream"));
    expect(events.map((event) => (event.type === "delta" ? event.text : event.type))).toEqual([
      "Hello",
      ", Ruby.",
      " How are you?",
      "done",
    ]);
    expect(events.at(-1)).toMatchObject({
      transcript: { text: "Hello, Ruby. How are you?", language: "en", durationSeconds: 3 },
    });
  });

  it("tells who says what, when that was asked for", async () => {
    const patch: RequestPatch = { responseFormat: "diarized_json", diarize: true };
    const events = await collect(fixture("stream-speakers"), patch);
    expect(events.filter(({ type }) => type === "segment")).toEqual([
      {
        type: "segment",
        id: "0",
        segment: { text: "Hello, Ruby.", startSeconds: 0.1, endSeconds: 1.2, speaker: "speaker_1" },
      },
      {
        type: "segment",
        id: "1",
        segment: { text: "How are you?", startSeconds: 1.4, endSeconds: 2.5, speaker: "speaker_2" },
      },
    ]);
    expect(events.at(-1)).toMatchObject({ transcript: { segments: [{}, {}] } });
  });

  it("keeps the segments and the language that only came before its end", async () => {
    const events = await collect(
      streamOf(
        { type: "transcription.language", audio_language: "fr" },
        { type: "transcription.segment", text: "Bonjour.", start: 0, end: 1.5 },
        { type: "transcription.done", text: "Bonjour." },
      ),
      { responseFormat: "verbose_json" },
    );
    expect(events.map(({ type }) => type)).toEqual(["segment", "delta", "done"]);
    expect(events.at(-1)).toMatchObject({
      transcript: { text: "Bonjour.", language: "fr", segments: [{ text: "Bonjour." }] },
    });
  });

  it("takes its text from the pieces when its end has none", async () => {
    const events = await collect(
      streamOf({ type: "transcription.text.delta", text: "Hi." }, { type: "transcription.done" }),
    );
    expect(events.at(-1)).toMatchObject({ transcript: { text: "Hi." } });
  });

  it.each([
    [{ type: "error", error: { message: { detail: "quota" }, code: 429 } }, "rate_limited"],
    [
      { object: "error", message: "Invalid model: x", type: "invalid_model" },
      "provider_model_not_found",
    ],
    [{ object: "error", message: "Boom.", type: "internal" }, "provider_error"],
  ])("may end in an error: %j", async (frame, code) => {
    const answer = streamOf({ type: "transcription.text.delta", text: "Hi" }, frame);
    await expect(collect(answer)).rejects.toMatchObject({ code, provider: "mistral" });
  });

  it.each([
    [{ type: "transcription.text.delta", text: 5 }],
    [{ type: "transcription.text.delta" }],
    [{ type: "transcription.done", text: 5 }],
    [{ type: "transcription.done" }],
    [null],
    [[]],
  ])("is a bad answer with %j", async (frame) => {
    await expect(collect(streamOf(frame))).rejects.toMatchObject({
      code: "bad_response",
      provider: "mistral",
    });
  });

  it("is refused for an error that is a sentence, too", async () => {
    await expect(collect(streamOf({ error: "Boom." }))).rejects.toMatchObject({
      code: "provider_error",
    });
  });

  it("that only says that it is over is cut off", async () => {
    const answer = {
      headers: { "content-type": "text/event-stream" },
      body: 'data: {"type":"transcription.text.delta","text":"Hi"}\n\ndata: [DONE]\n\n',
    };
    await expect(collect(answer)).rejects.toMatchObject({ code: "network" });
  });

  it("may be an answer in one piece", async () => {
    const events = await collect(fixture("text"));
    expect(events.map(({ type }) => type)).toEqual(["delta", "done"]);
  });
});

describe("the provider", () => {
  it.each([
    [undefined, "https://api.mistral.ai/v1/models"],
    ["https://api.mistral.ai", "https://api.mistral.ai/v1/models"],
    ["https://gateway.example/mistral/", "https://gateway.example/mistral/models"],
  ])("at %s asks for the health with a call that costs nothing", async (baseUrl, url) => {
    const { transport, context, provider } = setUp({ body: { data: [] } }, baseUrl);
    await provider.checkHealth?.(context);
    expect(transport.calls.map((call) => call.url)).toEqual([url]);
  });

  it("keeps the id that Mistral's support asks for", async () => {
    const headers = { "mistral-correlation-id": "019a", "cf-ray": "9a" };
    const { context, provider } = setUp({ headers, body: { text: "Hi." } });
    const request = createRequest("voxtral-mini-latest");
    expect((await provider.transcribe(request, context)).requestId).toBe("019a");
  });

  const delta = (text: string): unknown => ({ type: "transcription.text.delta", text });

  it.each([
    ["a page", [delta("<!DOCTYPE html><html>502")]],
    ["bytes", [delta("\u0000\u0001\u0002")]],
    ["the key in two pieces", [delta("It is mistral-t"), delta("est-1.")]],
  ])("that starts with %s is refused before anything is shown", async (_what, frames) => {
    const { context, provider } = setUp(streamOf(...frames));
    const request = createRequest("voxtral-mini-transcribe-3-0", { stream: true });
    const shown: string[] = [];
    const read = async (): Promise<void> => {
      for await (const event of provider.stream?.(request, context) ?? [])
        if (event.type === "delta") shown.push(event.text);
    };
    await expect(read()).rejects.toMatchObject({ code: "bad_response" });
    expect(shown).toEqual([]);
  });

  it("may be called text and have heartbeats in it", async () => {
    const { body } = streamOf(delta("Hi."), { type: "transcription.done", text: "Hi." });
    const events = await collect({
      headers: { "content-type": "text/plain" },
      body: `event: ping\ndata: ping\n\n${String(body)}`,
    });
    expect(events.map(({ type }) => type)).toEqual(["delta", "done"]);
  });
});
