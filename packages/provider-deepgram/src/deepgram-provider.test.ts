import { TranscriptionError } from "@earshot/core";
import type { ProviderSettings } from "@earshot/core";
import {
  createContext,
  createFakeTransport,
  createRequest,
  readFixtures,
} from "@earshot/provider-testkit";
import type { FakeAnswer, FakeTransport, RequestPatch } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { deepgramProvider, toDeepgramAddress } from "./deepgram-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));
const KEY = "deepgram-test-0123456789";

interface Play {
  readonly settings?: Partial<ProviderSettings>;
  readonly request?: RequestPatch;
  readonly answer?: FakeAnswer;
}

const play = ({ settings, request = {}, answer = fixture("detected") }: Play) => {
  const transport: FakeTransport = createFakeTransport(() => answer);
  const { context } = createContext({ transport: transport.send });
  const provider = deepgramProvider.create({ apiKey: KEY, ...settings });
  return {
    transport,
    transcribe: () =>
      provider.transcribe(createRequest(request.model ?? "nova-3", request), context),
    checkHealth: () => provider.checkHealth?.(context) ?? Promise.reject(new Error("none")),
  };
};

describe("settings", () => {
  test.each([
    ["multi", "nova-3", "language=multi"],
    ["detect_language", "nova-3", "detect_language=true"],
    ["multi", "whisper", "detect_language=true"],
  ])("language_detection: %s asks %s for %s", async (mode, model, expected) => {
    const { transport, transcribe } = play({
      settings: { extra: { language_detection: mode } },
      request: { model },
    });
    await transcribe();
    const query = transport.calls[0]?.query.map((pair) => pair.join("=")) ?? [];
    expect(query.filter((pair) => /^(?:detect_)?language=/u.test(pair))).toEqual([expected]);
  });

  test("region chooses the host", async () => {
    const { transport, transcribe } = play({ settings: { extra: { region: "au" } } });
    await transcribe();
    expect(transport.calls[0]?.url).toMatch(/^https:\/\/api\.au\.deepgram\.com\/v1\/listen\?/u);
  });
});

test("the language that was asked for is that of the transcript", async () => {
  const answer = { body: { results: { channels: [{ alternatives: [{ transcript: "Olá" }] }] } } };
  const request = { languages: ["pt-BR"] };
  expect(await play({ request, answer }).transcribe()).toMatchObject({ language: "pt" });
});

test("an answer to a callback is a bad response, whoever set the callback", async () => {
  const { transcribe } = play({ answer: fixture("accepted") });
  await expect(transcribe()).rejects.toMatchObject({ code: "bad_response", provider: "deepgram" });
});

test("a rate limit comes without a pause, and an error with the id for the support desk", async () => {
  const { transcribe } = play({ answer: fixture("error-too-many-requests") });
  await expect(transcribe()).rejects.toMatchObject({
    code: "rate_limited",
    retryAfterMs: undefined,
    requestId: "019de3d2-cce4-7e60-9b43-67e122c235b6",
  });
});

describe("health", () => {
  test("is asked for without billing", async () => {
    const { transport, checkHealth } = play({ answer: { body: { projects: [] } } });
    await checkHealth();
    expect(transport.calls).toMatchObject([
      {
        method: "GET",
        url: "https://api.deepgram.com/v1/projects",
        headers: { authorization: `Token ${KEY}` },
        body: { type: "none" },
      },
    ]);
  });

  test.each(["error-key-permissions", "error-model-access"])(
    "is good with a key that may only transcribe (%s)",
    async (name) => {
      await expect(play({ answer: fixture(name) }).checkHealth()).resolves.toBeUndefined();
    },
  );

  test("is good on a server that lists no projects", async () => {
    await expect(play({ answer: { status: 404 } }).checkHealth()).resolves.toBeUndefined();
  });

  test.each([
    ["error-invalid-auth", "provider_authentication"],
    ["error-unavailable", "overloaded"],
  ])("is bad with %s", async (name, code) => {
    await expect(play({ answer: fixture(name) }).checkHealth()).rejects.toMatchObject({ code });
  });
});

const TOKEN = "eyJhbGciOiJub25lIn0.eyJ0ZXN0Ijp0cnVlfQ.dGVzdC1zaWduYXR1cmU";

describe("the key", () => {
  test.each([
    [KEY, `Token ${KEY}`],
    [` ${KEY}\n`, `Token ${KEY}`],
    [`token ${KEY}`, `Token ${KEY}`],
    [TOKEN, `Bearer ${TOKEN}`],
    [`Bearer ${KEY}`, `Bearer ${KEY}`],
    [`Token ${TOKEN}`, `Token ${TOKEN}`],
  ])("%j is sent as %s", (apiKey, authorization) => {
    expect(toDeepgramAddress({ apiKey }).headers).toEqual({ authorization });
  });

  test("is what is kept out of messages, without its scheme", () => {
    expect(toDeepgramAddress({ apiKey: `Bearer ${KEY}` }).secret).toBe(KEY);
  });

  test("yields to a header of the user's own", () => {
    const headers = { Authorization: "Token other", "X-Team": "a" };
    expect(toDeepgramAddress({ apiKey: KEY, headers }).headers).toEqual({
      authorization: "Token other",
      "x-team": "a",
    });
  });
});

describe("the address", () => {
  test.each([
    [undefined, "https://api.deepgram.com"],
    ["https://api.eu.deepgram.com", "https://api.eu.deepgram.com"],
    ["https://api.deepgram.com/v1", "https://api.deepgram.com"],
    ["https://api.deepgram.com/v1/listen/", "https://api.deepgram.com"],
    ["http://deepgram.internal:8080/listen", "http://deepgram.internal:8080"],
    ["https://proxy.example/deepgram/v1/", "https://proxy.example/deepgram"],
    ["https://proxy.example/v1/listen?tenant=a", "https://proxy.example?tenant=a"],
  ])("%s is %s", (baseUrl, expected) => {
    const settings = baseUrl === undefined ? {} : { baseUrl };
    expect(toDeepgramAddress({ apiKey: KEY, ...settings }).baseUrl).toBe(expected);
  });

  test("follows the region", () => {
    const settings = { apiKey: KEY, extra: { region: "eu" } };
    expect(toDeepgramAddress(settings).baseUrl).toBe("https://api.eu.deepgram.com");
    const both = (): unknown =>
      toDeepgramAddress({ ...settings, baseUrl: "https://api.deepgram.com" });
    expect(both).toThrow(TranscriptionError);
    expect(both).toThrow(/`region` or `api_base`/u);
  });
});
