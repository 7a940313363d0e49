import { TranscriptionError } from "@earshot/core";
import type { ProviderSettings, TranscriptEvent } from "@earshot/core";
import {
  createContext,
  createFakeTransport,
  createRequest,
  fieldValues,
  readFixtures,
} from "@earshot/provider-testkit";
import type { FakeAnswer, RequestPatch } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { openaiCompatibleProvider } from "./openai-compatible-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

const prepare = (settings: ProviderSettings, answer: FakeAnswer) => {
  const { send, calls } = createFakeTransport(() => answer);
  const { context } = createContext({ transport: send });
  const provider = openaiCompatibleProvider.create({
    baseUrl: "http://127.0.0.1:8000/v1",
    ...settings,
  });
  const request = (patch: RequestPatch) => createRequest("whisper", patch);
  return {
    calls,
    provider,
    transcribe: (patch: RequestPatch = {}) => provider.transcribe(request(patch), context),
    checkHealth: async () => provider.checkHealth?.(context),
    stream: async (): Promise<readonly TranscriptEvent[]> => {
      const events: TranscriptEvent[] = [];
      const stream = provider.stream?.(request({ stream: true }), context) ?? [];
      for await (const event of stream) events.push(event);
      return events;
    },
  };
};

const errorOf = async (promise: Promise<unknown>): Promise<TranscriptionError> => {
  try {
    await promise;
  } catch (error) {
    if (TranscriptionError.is(error)) return error;
  }
  throw new Error("It went well.");
};

const dialect = (name: string): ProviderSettings => ({ extra: { dialect: name } });

describe("the settings", () => {
  test("need a base URL and no key", async () => {
    expect(() => openaiCompatibleProvider.create({})).toThrow(/api_base/u);
    const { calls, transcribe } = prepare({}, fixture("openai-json"));
    await transcribe();
    expect(calls[0]?.url).toBe("http://127.0.0.1:8000/v1/audio/transcriptions");
    expect(calls[0]?.headers).not.toHaveProperty("authorization");
  });

  test("send a key that is there, unless a header says otherwise", async () => {
    const keyed = prepare({ apiKey: "sk-test-key" }, fixture("openai-json"));
    await keyed.transcribe();
    expect(keyed.calls[0]?.headers["authorization"]).toBe("Bearer sk-test-key");
    const own = prepare(
      { apiKey: "sk-test-key", headers: { Authorization: "Basic dGVzdA==" } },
      fixture("openai-json"),
    );
    await own.transcribe();
    expect(own.calls[0]?.headers["authorization"]).toBe("Basic dGVzdA==");
  });

  test("name a dialect that is known", () => {
    expect(() =>
      openaiCompatibleProvider.create({ baseUrl: "http://x", ...dialect("vlm") }),
    ).toThrow(/whisper\.cpp/u);
  });

  test("name formats that are known", () => {
    for (const formats of [["json", "xml"], []]) {
      const settings = { baseUrl: "http://x", extra: { formats } };
      expect(() => openaiCompatibleProvider.create(settings)).toThrow(/diarized_json/u);
    }
  });

  test("may name the path that transcribes", async () => {
    const extra = { dialect: "whisper.cpp", inference_path: "/v1/audio/transcriptions" };
    const baseUrl = "http://127.0.0.1:8080";
    const { calls, transcribe } = prepare({ baseUrl, extra }, fixture("whisper-cpp-json"));
    await transcribe();
    await transcribe({ task: "translate" });
    expect(calls.map(({ path }) => path)).toEqual([
      "/v1/audio/transcriptions",
      "/v1/audio/transcriptions",
    ]);
    expect(calls.map((call) => fieldValues(call, "translate"))).toEqual([[], ["true"]]);
  });

  test("may name the formats, with which times and speakers come and go", async () => {
    const extra = { dialect: "vllm", formats: ["json", "diarized_json"] };
    const { provider } = prepare({ extra }, fixture("vllm-json"));
    expect(provider.capabilities.default).toMatchObject({
      nativeFormats: ["json", "diarized_json"],
      segmentTimestamps: true,
      diarization: true,
    });
    const {
      calls,
      transcribe,
      provider: plain,
    } = prepare({ extra: { formats: ["json"] } }, fixture("openai-json"));
    await transcribe({ responseFormat: "srt" });
    expect(fieldValues(calls[0] ?? failed(), "response_format")).toEqual(["json"]);
    expect(plain.capabilities.default).toMatchObject({
      segmentTimestamps: false,
      wordTimestamps: "none",
    });
  });

  test("know where Together is", async () => {
    const { send, calls } = createFakeTransport(() => fixture("together-json"));
    const { context } = createContext({ transport: send });
    const provider = openaiCompatibleProvider.create({
      apiKey: "tgp-test",
      ...dialect("together"),
    });
    await provider.transcribe(createRequest("openai/whisper-large-v3"), context);
    expect(calls[0]?.url).toBe("https://api.together.ai/v1/audio/transcriptions");
  });
});

const failed = (): never => {
  throw new Error("Nothing was sent.");
};

describe("streams", () => {
  const texts: readonly (readonly [dialect: string, answer: string, text: string])[] = [
    [
      "speaches",
      "speaches-stream",
      "And so my fellow Americans ask not what your country can do for you.",
    ],
    ["vllm", "vllm-stream", "And the pitch on the way."],
    ["localai", "localai-stream", "And so, my fellow Americans..."],
  ];

  test.each(texts)("of %s become deltas and a transcript", async (name, answer, text) => {
    const events = await prepare(dialect(name), fixture(answer)).stream();
    const deltas = events.flatMap((event) => (event.type === "delta" ? event.text : []));
    const last = events.at(-1);
    expect(deltas.length).toBeGreaterThan(1);
    expect(deltas.join("")).toBe(text);
    expect(last?.type === "done" && last.transcript.text).toBe(text);
  });

  test("carry LocalAI's errors after their success status", async () => {
    const { stream } = prepare(dialect("localai"), fixture("localai-stream-error"));
    expect((await errorOf(stream())).code).toBe("provider_error");
  });

  test("do not exist where the server has none", () => {
    for (const name of ["whisper.cpp", "together"]) {
      const { provider } = prepare(dialect(name), {});
      expect([name, provider.stream]).toEqual([name, undefined]);
    }
  });
});

describe("refusals", () => {
  const cases: readonly (readonly [name: string, code: string])[] = [
    ["speaches-error-model", "provider_model_not_found"],
    ["speaches-error-media", "unsupported_media"],
    ["speaches-error-key", "provider_authentication"],
    ["speaches-error-format", "invalid_request"],
    ["vllm-error-verbose", "unsupported_feature"],
    ["vllm-error-audio", "unsupported_media"],
    ["vllm-error-behind-success", "unsupported_media"],
    ["vllm-error-model", "provider_model_not_found"],
    ["whisper-cpp-error-audio", "audio_unreadable"],
    ["whisper-cpp-error-process", "provider_error"],
    ["whisper-cpp-error-path", "provider_model_not_found"],
    ["localai-error-model", "provider_error"],
    ["localai-error-format", "provider_error"],
    ["localai-error-request", "request_refused"],
    ["together-error-key", "provider_authentication"],
    ["together-error-too-long", "audio_too_long"],
    ["together-error-too-large", "audio_too_large"],
  ];

  test.each(cases)("%s is %s", async (name, code) => {
    const { transcribe } = prepare({}, fixture(name));
    expect((await errorOf(transcribe())).code).toBe(code);
  });

  test("name the field that FastAPI names", async () => {
    const { transcribe } = prepare({}, fixture("speaches-error-format"));
    expect((await errorOf(transcribe())).param).toBe("response_format");
  });
});

describe("health", () => {
  test("is the list of models, or whatever answers where there is none", async () => {
    const listed = prepare({}, { body: { data: [] } });
    await listed.checkHealth();
    expect(listed.calls[0]?.url).toBe("http://127.0.0.1:8000/v1/models");
    await prepare({}, { status: 404, body: "Not Found" }).checkHealth();
    expect((await errorOf(prepare({}, { status: 401 }).checkHealth())).code).toBe(
      "provider_authentication",
    );
  });

  test("of whisper.cpp is told by its own path", async () => {
    const settings = { baseUrl: "http://127.0.0.1:8080", ...dialect("whisper.cpp") };
    const loading = prepare(settings, { status: 503, body: { status: "loading model" } });
    expect((await errorOf(loading.checkHealth())).code).toBe("overloaded");
    expect(loading.calls[0]?.path).toBe("/health");
  });
});

describe("what the caller does not know of the server", () => {
  test("is sent as it is", async () => {
    expect(openaiCompatibleProvider.passesUnknownOptions).toBe(true);
    const { calls, transcribe } = prepare({}, fixture("openai-json"));
    await transcribe({ options: { novelty: "yes", best_of: 5 } });
    const sent = calls[0] ?? failed();
    expect([fieldValues(sent, "novelty"), fieldValues(sent, "best_of")]).toEqual([["yes"], ["5"]]);
  });
});
