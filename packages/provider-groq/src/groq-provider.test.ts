import { capabilitiesOf, TranscriptionError } from "@earshot/core";
import type { ProviderSettings } from "@earshot/core";
import {
  createAudioSample,
  createContext,
  createFakeTransport,
  createRequest,
  fieldValues,
  readFixtures,
} from "@earshot/provider-testkit";
import type { FakeAnswer, RequestPatch } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { groqProvider } from "./groq-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

const MEBIBYTE = 1024 * 1024;

const prepare = (answer: FakeAnswer, settings: ProviderSettings = {}) => {
  const { send, calls } = createFakeTransport(() => answer);
  const { context } = createContext({ transport: send });
  const provider = groqProvider.create({ apiKey: "gsk_test_0123456789", ...settings });
  return {
    calls,
    checkHealth: () => provider.checkHealth?.(context),
    transcribe: (patch: RequestPatch = {}, model = "whisper-large-v3") =>
      provider.transcribe(createRequest(model, patch), context),
  };
};

/** The one call that a request becomes, and the warnings that come with it. */
const sent = async (patch: RequestPatch) => {
  const { calls, transcribe } = prepare(fixture("words"));
  const { warnings } = await transcribe(patch);
  const [call] = calls;
  if (call === undefined) throw new Error("Nothing was sent.");
  return { call, warned: warnings.map(({ param }) => param) };
};

/** The refusal of a request, and how many calls came before it. */
const refusal = async (
  patch: RequestPatch,
  answer: FakeAnswer = fixture("json"),
  settings: ProviderSettings = {},
): Promise<{ error: TranscriptionError; calls: number }> => {
  const { calls, transcribe } = prepare(answer, settings);
  try {
    await transcribe(patch);
  } catch (error) {
    if (TranscriptionError.is(error)) return { error, calls: calls.length };
  }
  throw new Error("It went well.");
};

const fileOf = (sizeBytes: number): RequestPatch => ({
  audio: createAudioSample({ overrides: { sizeBytes } }).file,
});

describe("formats", () => {
  const asked = async (patch: RequestPatch): Promise<readonly string[]> => {
    const { call } = await sent(patch);
    return ["response_format", "timestamp_granularities[]"].flatMap((name) =>
      fieldValues(call, name),
    );
  };

  test("that Groq does not have are made from verbose_json", async () => {
    expect(await asked({ responseFormat: "srt" })).toEqual(["verbose_json", "segment"]);
    expect(await asked({ responseFormat: "vtt" })).toEqual(["verbose_json", "segment"]);
  });

  test("name granularities with verbose_json only", async () => {
    expect(await asked({ responseFormat: "json" })).toEqual(["json"]);
    expect(await asked({ responseFormat: "text" })).toEqual(["text"]);
    expect(await asked({ responseFormat: "json", timestampGranularities: ["word"] })).toEqual([
      "verbose_json",
      "word",
    ]);
    const timestampGranularities = ["word", "segment"] as const;
    expect(await asked({ responseFormat: "verbose_json", timestampGranularities })).toEqual([
      "verbose_json",
      "word",
      "segment",
    ]);
  });

  test("are never passed on as they are: their text begins with a space", async () => {
    for (const name of ["json", "text"] as const) {
      const { transcribe } = prepare(fixture(name));
      const transcript = await transcribe({ responseFormat: name });
      expect(transcript.text).toMatch(/^\S/u);
      expect(transcript.verbatim).toBeUndefined();
    }
    const { transcribe } = prepare(fixture("verbose"));
    expect((await transcribe({ responseFormat: "verbose_json" })).verbatim).toBeUndefined();
  });
});

describe("the prompt", () => {
  test("takes keywords up, with a warning", async () => {
    const { call, warned } = await sent({ prompt: "At sea.", keywords: ["Loreley", "Bacharach"] });
    expect(fieldValues(call, "prompt")).toEqual(["At sea. Loreley, Bacharach"]);
    expect(warned).toEqual(["keywords"]);
  });

  test("may have 896 characters, keywords included", async () => {
    await sent({ prompt: "x".repeat(887), keywords: ["Loreley"] });
    await sent({ keywords: ["x".repeat(896)] });
    const long = await refusal({ prompt: "x".repeat(897) });
    expect([long.error.code, long.error.param, long.calls]).toEqual([
      "unsupported_feature",
      "prompt",
      0,
    ]);
    const both = await refusal({ prompt: "x".repeat(889), keywords: ["Loreley"] });
    expect([both.error.param, both.calls]).toEqual(["keywords", 0]);
    expect(both.error.message).toContain("not 897");
  });

  test("takes no keyword with a line break and no empty one", async () => {
    for (const keyword of ["two\nlines", " "]) {
      const { error, calls } = await refusal({ keywords: ["one", keyword] });
      expect([error.code, error.param, calls]).toEqual(["invalid_request", "keywords", 0]);
      expect(error.message).toContain("Keyword 2");
    }
  });
});

describe("audio", () => {
  test("given as a URL goes out as it is, without a file", async () => {
    const url = "https://audio.example/talk.mp3?signature=a%2Fb";
    const { call } = await sent({ audio: { type: "url", url } });
    expect(fieldValues(call, "url")).toEqual([url]);
    expect(call.body.type === "multipart" && call.body.files).toEqual([]);
  });

  test("given as a URL with a password is refused", async () => {
    const url = "https://me:secret-word@audio.example/talk.mp3";
    const { error, calls } = await refusal({ audio: { type: "url", url } });
    expect([error.code, error.param, calls]).toEqual(["invalid_request", "url", 0]);
    expect(error.message).not.toContain("secret-word");
  });

  test("may have 25 MB, or what the plan allows", async () => {
    for (const megabytes of [25, 100]) {
      const settings: ProviderSettings = megabytes === 25 ? {} : { extra: { max_file_mb: 100 } };
      const { capabilities } = groqProvider.create({ apiKey: "gsk_test_0123456789", ...settings });
      const limit = megabytes * MEBIBYTE;
      expect(capabilitiesOf(capabilities, "whisper-large-v3").maxSizeBytes).toBe(limit);
      const { error, calls } = await refusal(fileOf(limit + 1), fixture("json"), settings);
      expect([error.code, error.param, calls]).toEqual(["audio_too_large", "file", 0]);
    }
  });
});

describe("translation", () => {
  test("has a path of its own and takes no language", async () => {
    const { call, warned } = await sent({ task: "translate", languages: ["de"], prompt: "Hi" });
    expect(call.url).toBe("https://api.groq.com/openai/v1/audio/translations");
    expect([fieldValues(call, "language"), fieldValues(call, "prompt")]).toEqual([[], ["Hi"]]);
    expect(warned).toEqual(["language"]);
  });

  test("is whisper-large-v3's alone", () => {
    const translates = (model: string): boolean =>
      capabilitiesOf(groqProvider.capabilities, model).translation;
    expect(["whisper-large-v3", "whisper-large-v3-turbo", "whisper-next"].map(translates)).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe("answers", () => {
  test("keep the order of the words, say their language as a code and bill their length", async () => {
    const { transcribe } = prepare(fixture("words"));
    const transcript = await transcribe({
      responseFormat: "verbose_json",
      timestampGranularities: ["word"],
    });
    const words = transcript.words ?? [];
    expect(words.map(({ text }) => text).join(" ")).toBe(transcript.text);
    expect(transcript.language).toBe("en");
    expect(transcript.usage).toEqual({ type: "duration", seconds: 36.712501248 });
    expect(transcript.requestId).toBe("req_01kyq27x28emr9zbm8ny8jcf61");
    expect(transcript.segments).toBeUndefined();
  });

  test("without a length say nothing of usage", async () => {
    const { transcribe } = prepare(fixture("json"));
    expect((await transcribe()).usage).toBeUndefined();
  });

  test("in plain text carry the id of their header", async () => {
    const { transcribe } = prepare({
      ...fixture("text"),
      headers: { "content-type": "text/plain; charset=UTF-8", "x-request-id": "req_header" },
    });
    expect((await transcribe({ responseFormat: "text" })).requestId).toBe("req_header");
  });
});

describe("refusals", () => {
  const refuse = async (status: number, message: string, headers = {}) => {
    const body = { error: { message, type: "invalid_request_error" } };
    return (await refusal({}, { status, headers, body })).error;
  };

  test("say in their sentence when to come back, where no header does", async () => {
    const pauses: readonly (readonly [string, number | undefined])[] = [
      ["Please try again in 1m39.738s. Need more?", 99_738],
      ["Please try again in 20m.", 1_200_000],
      ["Please try again in 1h0m5s.", 3_600_000],
      ["Please try again in 250ms.", 250],
      ["Please try again in 2.5s.", 2500],
      ["Please try again later.", undefined],
    ];
    for (const [sentence, expected] of pauses) {
      const error = await refuse(429, `Rate limit reached. ${sentence}`);
      expect([sentence, error.code, error.retryAfterMs]).toEqual([
        sentence,
        "rate_limited",
        expected,
      ]);
    }
    const withHeader = await refuse(429, "Please try again in 2.5s.", { "retry-after": "3" });
    expect(withHeader.retryAfterMs).toBe(3000);
  });

  test("of a URL name it; only a redirect may lead elsewhere", async () => {
    const redirect = (await refusal({}, fixture("error-redirect"))).error;
    expect(redirect.message).toContain("follows no redirects");
    const missing = await refuse(400, "failed to retrieve media: received status code: 404");
    expect([missing.code, missing.param]).toEqual(["invalid_request", "url"]);
  });

  test("keep Groq's own request id", async () => {
    const headers = { "x-request-id": "req_refused" };
    const error = await refuse(429, "Please try again in 2s.", headers);
    expect(error.requestId).toBe("req_refused");
  });
});

describe("the base URL", () => {
  test.each([
    [undefined, "https://api.groq.com/openai/v1/models"],
    ["https://api.groq.com", "https://api.groq.com/openai/v1/models"],
    ["https://api.groq.com/openai/v1/", "https://api.groq.com/openai/v1/models"],
    ["https://gateway.example/groq", "https://gateway.example/groq/models"],
  ])("%s leads to %s", async (baseUrl, url) => {
    const { calls, checkHealth } = prepare(
      { body: { object: "list", data: [] } },
      baseUrl === undefined ? {} : { baseUrl },
    );
    await checkHealth();
    expect(calls[0]?.url).toBe(url);
  });
});
