import { capabilitiesOf, TranscriptionError } from "@earshot/core";
import type { ProviderSettings, Transcript, TranscriptEvent } from "@earshot/core";
import {
  createContext,
  createFakeTransport,
  createRequest,
  createVirtualClock,
  fieldValues,
  readFixtures,
} from "@earshot/provider-testkit";
import type { Fixture, RecordedCall, RequestPatch } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { openaiCapabilities } from "./openai-models.ts";
import { openaiProvider } from "./openai-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

interface Attempt {
  readonly answer?: Fixture;
  readonly settings?: Partial<ProviderSettings>;
  readonly request?: RequestPatch;
  readonly startMs?: number;
}

const prepare = (model: string, { answer, settings, request, startMs }: Attempt) => {
  const { send, calls } = createFakeTransport(() => answer ?? fixture("gpt-4o-json"));
  const clock = createVirtualClock(startMs === undefined ? {} : { startMs });
  const { context } = createContext({ transport: send, clock });
  const provider = openaiProvider.create({ apiKey: "sk-test-key", ...settings });
  return { provider, context, calls, request: createRequest(model, request) };
};

const transcribe = async (
  model: string,
  attempt: Attempt = {},
): Promise<{ transcript: Transcript; call: RecordedCall }> => {
  const { provider, request, context, calls } = prepare(model, attempt);
  const transcript = await provider.transcribe(request, context);
  const [call] = calls;
  if (call === undefined) throw new Error("Nothing was sent.");
  return { transcript, call };
};

const errorOf = async (model: string, attempt: Attempt = {}) => {
  const { provider, request, context, calls } = prepare(model, attempt);
  try {
    await provider.transcribe(request, context);
  } catch (error) {
    if (TranscriptionError.is(error)) return { error, sent: calls.length };
  }
  throw new Error("It went well.");
};

describe("the account", () => {
  test("is told by the key, the organization and the project", async () => {
    const { call } = await transcribe("gpt-4o-transcribe", {
      settings: {
        organization: "org-test",
        extra: { project: "proj-test" },
        headers: { "X-Team": "audio" },
      },
    });
    expect(call.url).toBe("https://api.openai.com/v1/audio/transcriptions");
    expect(call.headers).toMatchObject({
      authorization: "Bearer sk-test-key",
      "openai-organization": "org-test",
      "openai-project": "proj-test",
      "x-team": "audio",
    });
  });

  test("needs a key", () => {
    expect(() => openaiProvider.create({})).toThrow(/api_key/u);
  });

  test("names the environment variables that everybody uses", () => {
    expect(openaiProvider.environment).toEqual({
      apiKey: ["OPENAI_API_KEY"],
      baseUrl: ["OPENAI_BASE_URL", "OPENAI_API_BASE"],
      organization: ["OPENAI_ORG_ID", "OPENAI_ORGANIZATION"],
      settings: { project: ["OPENAI_PROJECT_ID", "OPENAI_PROJECT"] },
    });
  });

  test("lives in the region of the base URL", async () => {
    const { call } = await transcribe("whisper-1", {
      settings: { baseUrl: "https://eu.api.openai.com/v1/" },
    });
    expect(call.url).toBe("https://eu.api.openai.com/v1/audio/transcriptions");
  });
});

describe("the models", () => {
  const can = (model: string) => capabilitiesOf(openaiCapabilities, model);

  test("end on the day that OpenAI announced, all but gpt-transcribe", () => {
    const models = [
      "whisper-1",
      "gpt-4o-transcribe",
      "gpt-4o-mini-transcribe",
      "gpt-4o-mini-transcribe-2025-12-15",
      "gpt-4o-transcribe-diarize",
    ];
    for (const model of models)
      expect([model, can(model).shutdownDate]).toEqual([model, "2027-02-26"]);
    expect(can("gpt-transcribe").shutdownDate).toBeUndefined();
  });

  test("can do what OpenAI's table says", () => {
    expect(can("whisper-1")).toMatchObject({
      nativeFormats: ["json", "text", "srt", "verbose_json", "vtt"],
      streaming: false,
      translation: true,
      maxSizeBytes: 26_214_400,
    });
    expect(can("gpt-4o-mini-transcribe-2025-12-15")).toMatchObject({
      nativeFormats: ["json"],
      streaming: true,
      logprobs: true,
      maxDurationSeconds: 1400,
    });
    expect(can("gpt-4o-transcribe-diarize")).toMatchObject({
      nativeFormats: ["json", "text", "diarized_json"],
      diarization: true,
      prompt: false,
      logprobs: false,
      maxKnownSpeakers: 4,
    });
    expect(can("gpt-transcribe")).toMatchObject({ nativeFormats: ["json"], keywords: true });
    expect(can("gpt-transcribe").maxDurationSeconds).toBeUndefined();
  });

  test("of the future answer in JSON and may stream", () => {
    expect(can("gpt-9-transcribe")).toMatchObject({ nativeFormats: ["json"], streaming: true });
  });

  test("behind another base URL have no limits of OpenAI's, but are Whisper by name", () => {
    const provider = openaiProvider.create({
      apiKey: "sk-test-key",
      baseUrl: "http://127.0.0.1:8000/v1",
    });
    const whisper = capabilitiesOf(provider.capabilities, "whisper-1");
    expect(whisper).not.toHaveProperty("shutdownDate");
    expect(whisper).not.toHaveProperty("maxSizeBytes");
    const other = capabilitiesOf(provider.capabilities, "Systran/faster-whisper-small");
    expect(other.nativeFormats).toContain("verbose_json");
    expect(Object.isFrozen(provider.capabilities)).toBe(true);
  });

  test("that only the Realtime API serves are refused before anything is sent", async () => {
    for (const model of [
      "gpt-live-transcribe",
      "gpt-realtime-whisper",
      "gpt-4o-realtime-preview",
    ]) {
      const { error, sent } = await errorOf(model);
      expect([error.code, error.param, sent]).toEqual(["unsupported_feature", "model", 0]);
      expect(error.message).toContain("gpt-transcribe");
    }
  });

  test("only whisper-1 translates", async () => {
    const { call } = await transcribe("whisper-1", {
      answer: fixture("translation"),
      request: { task: "translate" },
    });
    expect(call.path).toBe("/v1/audio/translations");
    const { error, sent } = await errorOf("gpt-4o-transcribe", { request: { task: "translate" } });
    expect([error.code, sent]).toEqual(["unsupported_feature", 0]);
  });
});

describe("gpt-transcribe", () => {
  test("gets lists of languages and keywords, and tells the language", async () => {
    const { transcript, call } = await transcribe("gpt-transcribe", {
      answer: fixture("gpt-transcribe"),
      request: { languages: ["en", "fr"], keywords: ["AC-42"], responseFormat: "srt" },
    });
    expect(fieldValues(call, "languages[]")).toEqual(["en", "fr"]);
    expect(fieldValues(call, "language")).toEqual([]);
    expect(fieldValues(call, "keywords[]")).toEqual(["AC-42"]);
    expect(fieldValues(call, "response_format")).toEqual(["json"]);
    expect(transcript).toMatchObject({ language: "fr", languages: ["fr"] });
  });

  test("is not sent a keyword that would make it refuse the request", async () => {
    const cases = [
      ["<b>", "unsupported_feature"],
      ["two\nlines", "invalid_request"],
    ] as const;
    for (const [keyword, code] of cases) {
      const { error, sent } = await errorOf("gpt-transcribe", { request: { keywords: [keyword] } });
      expect([error.code, error.param, sent]).toEqual([code, "keywords", 0]);
    }
  });
});

describe("answers", () => {
  test("in OpenAI's own shape pass verbatim", async () => {
    const { transcript } = await transcribe("whisper-1", {
      answer: fixture("whisper-segments"),
      request: { responseFormat: "verbose_json" },
    });
    expect(transcript.verbatim?.format).toBe("verbose_json");
    expect(transcript.requestId).toBe("req_3d4e5f");
    expect(transcript).toMatchObject({ language: "en", usage: { type: "duration", seconds: 9 } });
  });

  test("whisper-1 ignores the wish for a stream and answers in one piece", async () => {
    const { provider, request, context } = prepare("whisper-1", {
      answer: fixture("silence"),
      request: { stream: true },
    });
    const events: TranscriptEvent[] = [];
    for await (const event of provider.stream?.(request, context) ?? []) events.push(event);
    expect(events.map(({ type }) => type)).toEqual(["done"]);
  });
});

describe("refusals", () => {
  const cases: readonly (readonly [name: string, code: string, param: string | undefined])[] = [
    ["error-invalid-key", "provider_authentication", undefined],
    ["error-insufficient-quota", "quota_exhausted", undefined],
    ["error-too-long", "audio_too_long", "file"],
    ["error-invalid-format", "unsupported_media", "file"],
    ["error-response-format", "unsupported_feature", "response_format"],
    ["error-too-large", "audio_too_large", "file"],
    ["error-model-not-found", "provider_model_not_found", undefined],
  ];

  test.each(cases)("%s is %s", async (name, code, param) => {
    const { error } = await errorOf("whisper-1", { answer: fixture(name) });
    expect([error.code, error.param]).toEqual([code, param]);
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain("sk-test-key");
  });

  test("a model that is gone after its last day is a service that was discontinued", async () => {
    const gone = {
      answer: fixture("error-model-not-found"),
      startMs: Date.UTC(2027, 1, 27),
    };
    const { error } = await errorOf("whisper-1", gone);
    expect(error.code).toBe("service_discontinued");
    expect(error.message).toContain("2027-02-26");
    expect((await errorOf("gpt-transcribe", gone)).error.code).toBe("provider_model_not_found");
  });
});
