import { TranscriptionError } from "@earshot/core";
import type { ProviderSettings } from "@earshot/core";
import {
  createContext,
  createFakeTransport,
  createRequest,
  fieldValues,
  readFixtures,
} from "@earshot/provider-testkit";
import type { FakeVendor, RecordedCall, RequestPatch } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { fireworksProvider } from "./fireworks-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

const KEY = "fw_test_0123456789";

const prepare = (vendor: FakeVendor, settings: ProviderSettings = {}) => {
  const { send, calls } = createFakeTransport(vendor);
  const { context } = createContext({ transport: send });
  const provider = fireworksProvider.create({ apiKey: KEY, ...settings });
  return {
    calls,
    provider,
    checkHealth: () => provider.checkHealth?.(context),
    transcribe: (patch: RequestPatch = {}, model = "whisper-v3") =>
      provider.transcribe(createRequest(model, patch), context),
  };
};

/** The one call that a request becomes, and the warnings that come with it. */
const sent = async (
  patch: RequestPatch,
  { model, settings }: { model?: string; settings?: ProviderSettings } = {},
): Promise<{ call: RecordedCall; warned: readonly string[] }> => {
  const { calls, transcribe } = prepare(() => fixture("speakers"), settings);
  const { warnings } = await transcribe(patch, model);
  const [call] = calls;
  if (call === undefined) throw new Error("Nothing was sent.");
  return { call, warned: warnings.map(({ param }) => param) };
};

const errorOf = async (promise: Promise<unknown> | undefined): Promise<TranscriptionError> => {
  try {
    await promise;
  } catch (error) {
    if (TranscriptionError.is(error)) return error;
  }
  throw new Error("It went well.");
};

describe("the host", () => {
  const hosts: readonly (readonly [string, string | undefined, string])[] = [
    ["whisper-v3", undefined, "https://audio-prod.api.fireworks.ai/v1"],
    ["whisper-v3-turbo", undefined, "https://audio-turbo.api.fireworks.ai/v1"],
    [
      "whisper-v3-turbo",
      "https://audio-prod.api.fireworks.ai",
      "https://audio-prod.api.fireworks.ai/v1",
    ],
    ["whisper-v3", "https://speech.example/api/", "https://speech.example/api"],
  ];

  test.each(hosts)("of %s with the base URL %s is %s", async (model, baseUrl, host) => {
    const settings = baseUrl === undefined ? {} : { baseUrl };
    const { call } = await sent({}, { model, settings });
    expect(call.url).toBe(`${host}/audio/transcriptions`);
    expect(call.headers["authorization"]).toBe(`Bearer ${KEY}`);
  });
});

describe("the end of the service", () => {
  test("is told for every 401 of Fireworks' own hosts, not as a bad key", async () => {
    for (const settings of [{}, { baseUrl: "https://api.fireworks.ai/inference/v1" }]) {
      const { transcribe } = prepare(() => fixture("error-discontinued"), settings);
      const error = await errorOf(transcribe());
      expect(error.code).toBe("service_discontinued");
      expect(error.message).toContain("2026-06-10");
      expect(error.message).toContain("groq/whisper-large-v3-turbo");
      expect(error.message).not.toContain("Check the API key");
    }
  });

  test("is not that of other hosts", async () => {
    const settings = { baseUrl: "https://fireworks.ai.example/v1" };
    const { transcribe, provider } = prepare(() => fixture("error-discontinued"), settings);
    expect((await errorOf(transcribe())).code).toBe("provider_authentication");
    expect(provider.capabilities.default).not.toHaveProperty("shutdownDate");
    expect(fireworksProvider.capabilities.default.shutdownDate).toBe("2026-06-10");
  });

  test("leaves the provider well while one of its hosts serves", async () => {
    const one = prepare(({ url }) =>
      url.includes("audio-turbo") ? { body: { data: [] } } : fixture("error-discontinued"),
    );
    await one.checkHealth();
    expect(one.calls).toHaveLength(2);
    const none = prepare(() => fixture("error-discontinued"));
    expect((await errorOf(none.checkHealth())).code).toBe("service_discontinued");
  });
});

describe("times", () => {
  const granularities = async (patch: RequestPatch): Promise<readonly string[]> => {
    const { call } = await sent(patch);
    expect(fieldValues(call, "timestamp_granularities[]")).toEqual([]);
    return fieldValues(call, "timestamp_granularities");
  };

  test("are asked for in one value", async () => {
    const verbose = { responseFormat: "verbose_json" } as const;
    expect(await granularities(verbose)).toEqual([]);
    expect(await granularities({ ...verbose, timestampGranularities: ["word"] })).toEqual(["word"]);
    expect(
      await granularities({ ...verbose, timestampGranularities: ["word", "segment"] }),
    ).toEqual(["word,segment"]);
    expect(await granularities({ responseFormat: "srt" })).toEqual(["segment"]);
  });

  test("of words come with speakers, in whatever format", async () => {
    for (const responseFormat of [
      "json",
      "text",
      "srt",
      "verbose_json",
      "diarized_json",
    ] as const) {
      const { call } = await sent({ responseFormat, diarize: true });
      const values = ["response_format", "diarize", "timestamp_granularities"].flatMap((name) =>
        fieldValues(call, name),
      );
      expect(values).toEqual(["verbose_json", "true", "word,segment"]);
    }
  });
});

describe("speakers", () => {
  test("are those of Fireworks, on segments and words", async () => {
    const { transcribe } = prepare(() => fixture("speakers"));
    const transcript = await transcribe({ responseFormat: "diarized_json", diarize: true });
    expect(transcript.segments?.map(({ speaker }) => speaker)).toEqual([
      "SPEAKER_00",
      "SPEAKER_01",
    ]);
    expect(transcript.words?.[6]).toEqual({
      text: "Bonjour",
      startSeconds: 3.1,
      endSeconds: 3.6,
      speaker: "SPEAKER_01",
      confidence: 0.99,
    });
    expect(transcript.languages).toEqual(["en", "fr"]);
  });

  test("are counted only where they are told apart", async () => {
    const options = { min_speakers: 2, max_speakers: 4 };
    const counted = await sent({ diarize: true, options });
    expect(fieldValues(counted.call, "min_speakers")).toEqual(["2"]);
    expect(fieldValues(counted.call, "max_speakers")).toEqual(["4"]);
    expect(counted.warned).toEqual([]);
    const plain = await sent({ options });
    expect(fieldValues(plain.call, "min_speakers")).toEqual([]);
    expect(plain.warned).toEqual(["min_speakers", "max_speakers"]);
    const translated = await sent({ task: "translate", diarize: true, options });
    expect(fieldValues(translated.call, "diarize")).toEqual([]);
    expect(translated.warned).toEqual(["diarize", "min_speakers", "max_speakers"]);
  });

  test("cannot be at least more than at most", async () => {
    const { calls, transcribe } = prepare(() => fixture("json"));
    const options = { min_speakers: 3, max_speakers: 2 };
    const error = await errorOf(transcribe({ diarize: true, options }));
    expect([error.code, error.param, calls.length]).toEqual(["invalid_request", "max_speakers", 0]);
  });
});

describe("the ladder of temperatures", () => {
  test("goes into the field of the single one, and wins over it", async () => {
    for (const temperatures of [["0", "0.2", "0.4"], ["0, 0.2, 0.4"]]) {
      const { call } = await sent({ temperature: 0.7, options: { temperatures } });
      expect(fieldValues(call, "temperature")).toEqual(["0,0.2,0.4"]);
      expect(fieldValues(call, "temperatures")).toEqual([]);
    }
  });

  test("holds numbers from 0 to 1", async () => {
    for (const temperatures of [["0", "hot"], ["0,,1"], ["1.2"]]) {
      const { calls, transcribe } = prepare(() => fixture("json"));
      const error = await errorOf(transcribe({ options: { temperatures } }));
      expect([error.code, error.param, calls.length]).toEqual([
        "invalid_request",
        "temperatures",
        0,
      ]);
    }
  });
});

test.each([
  ["de-AT", "de"],
  ["jv", "jw"],
  ["zh", "zh"],
  ["zh-TW", "zh-hant"],
  ["zh-Hans-CN", "zh-hans"],
  ["yue", "yue"],
])("the language %s is called %s", async (hint, name) => {
  const { call } = await sent({ languages: [hint] });
  expect(fieldValues(call, "language")).toEqual([name]);
});

test("a URL is the file", async () => {
  const url = "https://audio.example/talk.mp3";
  const { call } = await sent({ audio: { type: "url", url } });
  expect(fieldValues(call, "file")).toEqual([url]);
  expect(call.body.type === "multipart" && call.body.files).toEqual([]);
});

test("keywords become part of the prompt, with a warning, line breaks excepted", async () => {
  const { call, warned } = await sent({ prompt: "At sea.", keywords: ["Loreley"] });
  expect([fieldValues(call, "prompt"), warned]).toEqual([["At sea. Loreley"], ["keywords"]]);
  const { calls, transcribe } = prepare(() => fixture("json"));
  const error = await errorOf(transcribe({ keywords: ["two\nlines"] }));
  expect([error.param, calls.length]).toEqual(["keywords", 0]);
});
