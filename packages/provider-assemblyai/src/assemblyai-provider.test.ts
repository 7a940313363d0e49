import { TranscriptionError } from "@earshot/core";
import type { ProviderSettings, Transcript } from "@earshot/core";
import {
  createContext,
  createFakeTransport,
  createRequest,
  createVirtualClock,
  readFixtures,
} from "@earshot/provider-testkit";
import type { FakeAnswer, FakeVendor, RecordedCall, RequestPatch } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { assemblyaiProvider } from "./assemblyai-provider.ts";

const fixture = readFixtures(new URL("../fixtures/", import.meta.url));

const KEY = "assemblyai-test-0123456789";
const ID = "9ea68fd3-f953-42c1-9742-976c447fb463";

type Step = "upload" | "create" | "poll" | "delete";

const stepOf = ({ method, path }: RecordedCall): Step => {
  if (path.endsWith("/v2/upload")) return "upload";
  if (method === "DELETE") return "delete";
  return method === "GET" ? "poll" : "create";
};

/** AssemblyAI, but with these answers to these calls. */
const vendorWith =
  (answers: Partial<Record<Step, FakeAnswer>> = {}): FakeVendor =>
  (call) => {
    const usual: Readonly<Record<Step, string>> = {
      upload: "upload",
      create: "queued",
      poll: "completed",
      delete: "job-deleted",
    };
    const step = stepOf(call);
    return answers[step] ?? fixture(usual[step]);
  };

const prepare = (vendor: FakeVendor = vendorWith(), settings: ProviderSettings = {}) => {
  const { send, calls } = createFakeTransport(vendor);
  const clock = createVirtualClock({ autoAdvance: true });
  const { context, logs } = createContext({ transport: send, clock });
  const provider = assemblyaiProvider.create({ apiKey: KEY, ...settings });
  return {
    calls,
    clock,
    logs,
    checkHealth: () => provider.checkHealth?.(context),
    transcribe: (patch: RequestPatch = {}, model = "universal-3-5-pro"): Promise<Transcript> =>
      provider.transcribe(createRequest(model, patch), context),
  };
};

/** The job that a request becomes, and the fields that are warned about. */
const jobOf = async (patch: RequestPatch = {}, model?: string) => {
  const { calls, transcribe } = prepare();
  const { warnings } = await transcribe(patch, model);
  const body = calls.find((call) => stepOf(call) === "create")?.body;
  return {
    job: body?.type === "json" ? body.value : undefined,
    warned: warnings.map(({ param }) => param),
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

/** The refusal of a request that nothing may be sent for. */
const refusalOf = async (patch: RequestPatch, model?: string): Promise<TranscriptionError> => {
  const { calls, transcribe } = prepare();
  const error = await errorOf(transcribe(patch, model));
  expect(calls).toEqual([]);
  return error;
};

const answeredWith = (body: Readonly<Record<string, unknown>>): Promise<Transcript> =>
  prepare(vendorWith({ poll: { body: { id: ID, status: "completed", ...body } } })).transcribe();

const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `t${index}`);

describe("the conversation", () => {
  test("is upload, job, questions, each with the bare key", async () => {
    const { calls, transcribe } = prepare();
    await transcribe();
    expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "POST https://api.assemblyai.com/v2/upload",
      "POST https://api.assemblyai.com/v2/transcript",
      `GET https://api.assemblyai.com/v2/transcript/${ID}`,
    ]);
    for (const { headers } of calls) expect(headers["authorization"]).toBe(KEY);
    expect(calls[0]?.headers["content-type"]).toBe("application/octet-stream");
  });

  test("has no upload for a URL", async () => {
    const url = "https://audio.example/talk.mp3";
    const { calls, transcribe } = prepare();
    await transcribe({ audio: { type: "url", url } });
    expect(calls.map(stepOf)).toEqual(["create", "poll"]);
    expect(calls[0]?.body).toMatchObject({ type: "json", value: { audio_url: url } });
  });

  test("pauses for a second, then longer, up to five", async () => {
    let questions = 0;
    const { clock, transcribe } = prepare((call, index) => {
      if (stepOf(call) === "poll" && (questions += 1) < 7) return fixture("processing");
      return vendorWith()(call, index);
    });
    await transcribe();
    expect(clock.sleeps).toEqual([1000, 1500, 2250, 3375, 5000, 5000, 5000]);
  });

  test("survives a stumbling vendor, but not one that lies down", async () => {
    const stumbling = (stumbles: number) => {
      let questions = 0;
      return prepare((call, index) => {
        if (stepOf(call) === "poll" && (questions += 1) <= stumbles) return { status: 502 };
        return vendorWith()(call, index);
      });
    };
    const patient = stumbling(3);
    expect((await patient.transcribe()).requestId).toBe(ID);
    expect(patient.calls.filter((call) => stepOf(call) === "upload")).toHaveLength(1);
    const error = await errorOf(stumbling(4).transcribe());
    expect([error.code, error.upstreamStatus]).toEqual(["provider_error", 502]);
  });

  test("waits as long as a busy vendor asks for", async () => {
    let questions = 0;
    const { clock, transcribe } = prepare((call, index) => {
      if (stepOf(call) === "poll" && (questions += 1) === 1)
        return fixture("error-too-many-requests");
      return vendorWith()(call, index);
    });
    await transcribe();
    expect(clock.sleeps).toEqual([1000, 30_000, 1500]);
  });

  test("leaves a vendor that asks for a longer pause than a minute", async () => {
    for (const [retryAfter, code] of [
      ["3600", "rate_limited"],
      ["61", "rate_limited"],
    ] as const) {
      const poll = { status: 429, headers: { "retry-after": retryAfter }, body: { error: "Busy" } };
      const { calls, clock, transcribe } = prepare(vendorWith({ poll }));
      const error = await errorOf(transcribe());
      expect([error.code, error.retryAfterMs]).toEqual([code, Number(retryAfter) * 1000]);
      expect(calls.map(stepOf)).toEqual(["upload", "create", "poll"]);
      expect(clock.sleeps).toEqual([1000]);
    }
  });

  test.each(["failed", "canceled", "expired", "constructor", "Completed"])(
    "ends at once in a state that is not known: %s",
    async (status) => {
      const poll = { body: { id: ID, status, error: "It broke." } };
      const { calls, transcribe } = prepare(vendorWith({ poll }));
      const error = await errorOf(transcribe());
      expect([error.code, error.message]).toEqual([
        "provider_error",
        "assemblyai failed: It broke.",
      ]);
      expect(calls.map(stepOf)).toEqual(["upload", "create", "poll"]);
    },
  );

  test("believes no other job's answer", async () => {
    for (const status of ["completed", "processing", "error"]) {
      const poll = { body: { id: "of-somebody-else", status, text: "Not yours.", error: "x" } };
      const error = await errorOf(prepare(vendorWith({ poll })).transcribe());
      expect([error.code, error.message.includes("somebody")]).toEqual(["bad_response", false]);
    }
  });

  test("takes a completed job with an error and without a text for a failed one", async () => {
    for (const text of [null, "", undefined]) {
      const error = await errorOf(answeredWith({ text, error: "oops" }));
      expect([error.code, error.message]).toEqual(["provider_error", "assemblyai failed: oops."]);
    }
    expect((await answeredWith({ text: "Hello.", error: "oops" })).text).toBe("Hello.");
    expect((await answeredWith({ text: "", error: null })).text).toBe("");
    expect((await answeredWith({ text: null, error: "" })).text).toBe("");
    const silence = "language_detection cannot be performed on files with no spoken audio.";
    expect((await answeredWith({ text: null, error: silence })).text).toBe("");
  });

  test.each([
    "Failed to process audio: CUDA out of memory",
    "Failed to load model file: x",
    "Model download error: no space left on device",
    "Download error, unable to download https://cdn.assemblyai.com/upload/f756",
    "Audio service is down",
  ])("blames nobody's audio for a job that fails by itself: %s", async (message) => {
    const poll = { body: { id: ID, status: "error", error: message } };
    const error = await errorOf(prepare(vendorWith({ poll })).transcribe());
    expect([error.code, error.param]).toEqual(["provider_error", undefined]);
  });

  test("ends by a deadline while it waits for a busy vendor", async () => {
    const { send } = createFakeTransport(vendorWith({ poll: fixture("error-too-many-requests") }));
    const clock = createVirtualClock();
    const { context, abort } = createContext({ transport: send, clock });
    const provider = assemblyaiProvider.create({ apiKey: KEY });
    const error = errorOf(provider.transcribe(createRequest("universal-2"), context));
    await clock.advance(1000);
    await clock.advance(29_000);
    abort(new DOMException("The deadline has passed.", "TimeoutError"));
    expect((await error).code).toBe("timeout");
    expect(clock.pending()).toBe(0);
  });

  test("ends at the first wrong key", async () => {
    const { calls, transcribe } = prepare(vendorWith({ poll: fixture("error-invalid-key") }));
    expect((await errorOf(transcribe())).code).toBe("provider_authentication");
    expect(calls.map(stepOf)).toEqual(["upload", "create", "poll"]);
  });

  test("goes on with uploads at the vendor's only", async () => {
    const uploadedTo = (url: string, settings: ProviderSettings = {}) =>
      prepare(vendorWith({ upload: { body: { upload_url: url } } }), settings);
    for (const url of [
      "https://evil.example/cdn.assemblyai.com",
      "https://notassemblyai.com/upload/1",
      "http://cdn.assemblyai.com/upload/1",
      "upload/1",
    ]) {
      const { calls, transcribe } = uploadedTo(url);
      expect([url, (await errorOf(transcribe())).code]).toEqual([url, "bad_response"]);
      expect(calls.map(stepOf)).toEqual(["upload"]);
    }
    const eu = uploadedTo("https://cdn.eu.assemblyai.com/upload/1", { extra: { region: "eu" } });
    expect((await eu.transcribe()).requestId).toBe(ID);
    const baseUrl = "http://127.0.0.1:8080/aai";
    const own = uploadedTo("http://127.0.0.1:8080/files/1", { baseUrl });
    expect((await own.transcribe()).requestId).toBe(ID);
  });

  test("never leaves the path of its job", async () => {
    const { calls, transcribe } = prepare(
      vendorWith({
        create: { body: { id: "../account?x=1" } },
        poll: { body: { id: "../account?x=1", status: "completed", text: "Hello." } },
      }),
    );
    await transcribe();
    expect(calls.at(-1)?.url).toBe("https://api.assemblyai.com/v2/transcript/..%2Faccount%3Fx%3D1");
  });

  test("asks for the last transcript to check the key", async () => {
    const { calls, checkHealth } = prepare(() => ({ body: { transcripts: [] } }));
    await checkHealth();
    expect(calls.map(({ method, url }) => `${method} ${url}`)).toEqual([
      "GET https://api.assemblyai.com/v2/transcript?limit=1",
    ]);
  });
});

describe("delete_after", () => {
  const options = { delete_after: true };

  test("deletes what was read, and nothing unless asked", async () => {
    const { calls, transcribe } = prepare();
    await transcribe({ options });
    expect(calls.map(stepOf)).toEqual(["upload", "create", "poll", "delete"]);
    expect(calls.at(-1)?.path).toBe(`/v2/transcript/${ID}`);
    expect(JSON.stringify(calls[1]?.body)).not.toContain("delete_after");
    const kept = prepare();
    await kept.transcribe({ options: { delete_after: false } });
    expect(kept.calls.map(stepOf)).toEqual(["upload", "create", "poll"]);
  });

  test("deletes a failed job too", async () => {
    const { calls, transcribe } = prepare(vendorWith({ poll: fixture("job-web-page") }));
    expect((await errorOf(transcribe({ options }))).code).toBe("unsupported_media");
    expect(calls.map(stepOf)).toContain("delete");
  });

  test("gives the transcript when deleting fails, with a warning", async () => {
    const { transcribe } = prepare(vendorWith({ delete: { status: 503 } }));
    const { text, warnings } = await transcribe({ options });
    expect(text).toContain("Smoke from hundreds");
    expect(warnings.map(({ param }) => param)).toEqual(["delete_after"]);
    expect(warnings[0]?.message).toContain(ID);
  });
});

describe("the address", () => {
  const urlOf = async (settings: ProviderSettings): Promise<string | undefined> => {
    const { calls, transcribe } = prepare(vendorWith(), settings);
    await transcribe();
    return calls[0]?.url;
  };

  test("is that of the region or of the base URL, with or without version", async () => {
    const eu = "https://api.eu.assemblyai.com/v2/upload";
    expect(await urlOf({ extra: { region: "eu" } })).toBe(eu);
    expect(await urlOf({ extra: { region: "us" } })).toBe("https://api.assemblyai.com/v2/upload");
    expect(await urlOf({ baseUrl: "https://api.eu.assemblyai.com/v2/" })).toBe(eu);
  });

  test("is not both", async () => {
    const settings = { baseUrl: "https://api.assemblyai.com", extra: { region: "eu" } };
    const error = await errorOf(
      Promise.resolve().then(() => assemblyaiProvider.create({ apiKey: KEY, ...settings })),
    );
    expect([error.code, error.param]).toEqual(["invalid_request", "region"]);
  });
});

describe("models", () => {
  test("always go out as a list", async () => {
    expect((await jobOf()).job).toMatchObject({ speech_models: ["universal-3-5-pro"] });
    const options = { speech_models: ["universal-2", "universal-3-5-pro"] };
    expect((await jobOf({ options })).job).toMatchObject({
      speech_models: ["universal-3-5-pro", "universal-2"],
    });
  });

  test.each([
    ["best", "universal-3-5-pro"],
    ["universal-3.5-pro", "universal-3-5-pro"],
    ["universal-9", "universal-9"],
  ])("%s is %s", async (name, model) => {
    expect((await jobOf({}, name)).job).toMatchObject({ speech_models: [model] });
  });

  test.each([
    ["nano", "universal-2"],
    ["universal", "universal-2"],
    ["slam-1", "universal-3-5-pro"],
  ])("%s is out of service, %s is named", async (name, successor) => {
    const error = await refusalOf({}, name);
    expect([error.code, error.param]).toEqual(["service_discontinued", "model"]);
    expect(error.message).toContain(successor);
  });

  test("are held to their languages by all their names", async () => {
    for (const model of ["universal-3-5-pro", "universal-3.5-pro", "best", "universal-3-pro"]) {
      const error = await refusalOf({ languages: ["ko"] }, model);
      expect([error.code, error.param]).toEqual(["unsupported_feature", "language"]);
    }
    expect((await jobOf({ languages: ["ko"] }, "universal-2")).job).toMatchObject({
      language_code: "ko",
    });
  });
});

describe("languages", () => {
  test.each([
    ["en", "en"],
    ["en-US", "en_us"],
    ["en-GB", "en_uk"],
    ["en_au", "en_au"],
    ["pt-BR", "pt"],
    ["zh-TW", "zh"],
    ["nb-NO", "no"],
    ["jv", "jw"],
    ["gsw", "de_ch"],
    ["de-CH", "de"],
    ["fil", "tl"],
    ["German", "de"],
  ])("%s is sent as %s", async (hint, code) => {
    const { job } = await jobOf({ languages: [hint] }, "universal-2");
    expect(job).toMatchObject({ language_code: code });
    expect(job).not.toHaveProperty("language_detection");
  });

  test("are detected without a hint, and among several", async () => {
    const { job } = await jobOf();
    expect(job).toMatchObject({ language_detection: true });
    expect(job).not.toHaveProperty("language_code");
    expect((await jobOf({ languages: ["en-GB", "fr", "en-US"] })).job).toMatchObject({
      language_detection: true,
      language_detection_options: { expected_languages: ["en", "fr"] },
    });
  });

  test("may be told in the vendor's own words", async () => {
    const own = await jobOf({ languages: ["de"], options: { language_code: "en_uk" } });
    expect(own.job).toMatchObject({ language_code: "en_uk" });
    expect(own.job).not.toHaveProperty("language_detection");
    expect(own.warned).toEqual(["language"]);
    const mixed = await jobOf({ options: { language_codes: ["en", "es"] } });
    expect(mixed.job).toMatchObject({ language_codes: ["en", "es"] });
    expect(mixed.job).not.toHaveProperty("language_detection");
    const options = { language_detection_options: { fallback_language: "en" } };
    expect((await jobOf({ languages: ["en", "fr"], options })).job).toMatchObject({
      language_detection_options: { expected_languages: ["en", "fr"], fallback_language: "en" },
    });
  });

  test("are not detected when the client says so", async () => {
    const options = { language_detection: false };
    const none = await jobOf({ options });
    expect(none.job).toMatchObject({ language_detection: false });
    expect(none.job).not.toHaveProperty("language_code");
    const first = await jobOf({ languages: ["fr", "en"], options });
    expect(first.job).toMatchObject({ language_detection: false, language_code: "fr" });
    expect(first.warned).toEqual(["languages"]);
  });

  test("come back as ISO codes, the main one first", async () => {
    const languages = { language_code: "en_us", language_codes: ["en", "es", "jw"] };
    const mixed = await answeredWith({ text: "Hola.", ...languages });
    expect([mixed.language, mixed.languages]).toEqual(["en", ["en", "es", "jv"]]);
    const unknown = await answeredWith({ text: "Hm.", language_code: "xx" });
    expect(unknown.language).toBeUndefined();
    expect((await answeredWith({ text: "Ja.", language_code: "de_ch" })).language).toBe("gsw");
  });
});

describe("prompt and keywords", () => {
  test("go out alone as they are", async () => {
    expect((await jobOf({ prompt: "A talk." })).job).toMatchObject({ prompt: "A talk." });
    const { job, warned } = await jobOf({
      keywords: ["Zugspitze"],
      options: { keyterms_prompt: ["Loreley", "Zugspitze"] },
    });
    expect(job).toMatchObject({ keyterms_prompt: ["Zugspitze", "Loreley"] });
    expect(warned).toEqual([]);
  });

  test("together: the keywords win, with a warning", async () => {
    const { job, warned } = await jobOf({ prompt: "A talk.", keywords: ["Zugspitze"] });
    expect(job).toMatchObject({ keyterms_prompt: ["Zugspitze"] });
    expect(job).not.toHaveProperty("prompt");
    expect(warned).toEqual(["prompt"]);
  });

  test("universal-2 takes neither prompt nor temperature", async () => {
    const patch = { prompt: "A talk.", temperature: 0.5 };
    const { job, warned } = await jobOf(patch, "universal-2");
    expect(job).toEqual({
      audio_url: "https://cdn.assemblyai.com/upload/f756988d-47e2-4ca3-96ce-04bb168f8f2a",
      speech_models: ["universal-2"],
      language_detection: true,
    });
    expect(warned).toEqual(["prompt", "temperature"]);
  });

  test("beyond the limits are refused before the audio is sent", async () => {
    const seven = "one two three four five six seven";
    const [wrong, elsewhere] = ["invalid_request", "unsupported_feature"];
    const cases: readonly (readonly [patch: RequestPatch, refusal: string[], model?: string])[] = [
      [{ prompt: many(1501).join(" ") }, [wrong, "prompt"]],
      [{ keywords: many(1001) }, [elsewhere, "keywords"]],
      [{ keywords: many(201) }, [elsewhere, "keywords"], "universal-2"],
      [{ keywords: [seven] }, [wrong, "keywords"]],
      [{ options: { keyterms_prompt: [seven] } }, [wrong, "keywords"]],
    ];
    for (const [patch, refusal, model] of cases) {
      const error = await refusalOf(patch, model);
      expect([error.code, error.param]).toEqual(refusal);
    }
    expect((await jobOf({ prompt: many(1500).join(" ") })).warned).toEqual([]);
    expect((await jobOf({ keywords: many(1000) })).warned).toEqual([]);
  });
});

describe("options", () => {
  test("for spellings become the vendor's list", async () => {
    const options = { custom_spelling: { SQL: ["sequel", "sequal"], Decarlo: "dicarlo" } };
    expect((await jobOf({ options })).job).toMatchObject({
      custom_spelling: [
        { from: ["sequel", "sequal"], to: "SQL" },
        { from: ["dicarlo"], to: "Decarlo" },
      ],
    });
    const error = await refusalOf({ options: { custom_spelling: { SQL: 1 } } });
    expect([error.code, error.param]).toEqual(["invalid_request", "custom_spelling"]);
  });

  test.each([
    "webhook_url",
    "webhook_auth_header_name",
    "webhook_auth_header_value",
    "audio_url",
    "speech_model",
    "word_boost",
    "boost_param",
    "dual_channel",
  ])("%s is refused and not in the table", async (name) => {
    const error = await refusalOf({ options: { [name]: "x" } });
    expect([error.code, error.param]).toEqual(["unsupported_feature", name]);
    expect(error.message.length).toBeGreaterThan(name.length + 40);
    expect(assemblyaiProvider.options).not.toHaveProperty(name);
  });

  test("cannot switch off the speakers that a format needs", async () => {
    const options = { speaker_labels: false };
    expect((await jobOf({ diarize: true, options })).job).toMatchObject({ speaker_labels: true });
    expect((await jobOf({ options })).job).toMatchObject({ speaker_labels: false });
  });

  test("about speakers that nobody asked for are warned about", async () => {
    const options = { speakers_expected: 2 };
    expect((await jobOf({ options })).warned).toEqual(["speakers_expected"]);
    expect((await jobOf({ options, diarize: true })).warned).toEqual([]);
    const labels = { speaker_options: { max_speakers_expected: 3 }, speaker_labels: true };
    expect((await jobOf({ options: labels })).warned).toEqual([]);
  });

  test("of OpenAI's for finding speech are left out with a warning", async () => {
    expect((await jobOf({ chunkingStrategy: { type: "server_vad" } })).warned).toEqual([
      "chunking_strategy",
    ]);
    expect((await jobOf({ chunkingStrategy: "auto" })).warned).toEqual([]);
  });
});

describe("transcripts", () => {
  test("have seconds, and segments by speaker", async () => {
    const { transcribe } = prepare(vendorWith({ poll: fixture("diarized") }));
    const { words, segments } = await transcribe({ diarize: true });
    expect(words?.[0]).toEqual({
      text: "Smoke",
      startSeconds: 0.25,
      endSeconds: 0.65,
      confidence: 0.97465,
    });
    expect(segments).toHaveLength(1);
    expect(segments?.[0]).toMatchObject({ speaker: "A", startSeconds: 0.25, endSeconds: 26.95 });
  });

  test("of several channels are in order of time, with the channel as speaker", async () => {
    const word = (text: string, start: number, channel: string) => ({
      text,
      start,
      end: start + 400,
      confidence: 0.9,
      speaker: null,
      channel,
    });
    const { words, segments } = await answeredWith({
      text: "Hello? Yes. Good.",
      audio_channels: 2,
      words: [word("Hello?", 100, "1"), word("Good.", 1500, "1"), word("Yes.", 900, "2")],
      utterances: [word("Hello?", 100, "1"), word("Good.", 1500, "1"), word("Yes.", 900, "2")],
    });
    const heard = [
      ["Hello?", "1"],
      ["Yes.", "2"],
      ["Good.", "1"],
    ];
    expect(words?.map(({ text, speaker }) => [text, speaker])).toEqual(heard);
    expect(segments?.map(({ text, speaker }) => [text, speaker])).toEqual(heard);
  });

  test("last as long as their last word, where the vendor rounds down", async () => {
    const words = [{ text: "Hi.", start: 10_200, end: 10_640, confidence: 1, speaker: null }];
    const transcript = await answeredWith({ text: "Hi.", words, audio_duration: 10 });
    expect(transcript.durationSeconds).toBe(10.64);
    expect(transcript.usage).toEqual({ type: "duration", seconds: 10 });
  });

  test("of silence are empty, however the vendor tells it", async () => {
    const told = prepare(vendorWith({ poll: fixture("silence") }));
    expect(await told.transcribe()).toMatchObject({
      text: "",
      words: [],
      warnings: [{ param: "options", message: "AssemblyAI: No speech was detected" }],
    });
    const failed = prepare(vendorWith({ poll: fixture("job-silence") }));
    const { raw, ...transcript } = await failed.transcribe();
    expect(raw).toEqual(fixture("job-silence").body);
    expect(transcript).toEqual({
      text: "",
      words: [],
      durationSeconds: 5,
      usage: { type: "duration", seconds: 5 },
      warnings: [],
      requestId: ID,
    });
    expect((await answeredWith({ text: null, words: [] })).text).toBe("");
  });

  test("of hours do not exhaust the stack", async () => {
    const words = Array.from({ length: 150_000 }, (_, at) => ({
      text: "a",
      start: at * 200,
      end: at * 200 + 100,
    }));
    const { durationSeconds } = await answeredWith({ text: "a", words, audio_duration: 1 });
    expect(durationSeconds).toBeCloseTo(29_999.9);
  });

  test("without text are told as a bad answer", async () => {
    const error = await errorOf(answeredWith({}));
    expect([error.code, error.requestId]).toEqual(["bad_response", ID]);
  });
});

describe("failures", () => {
  test("of a job carry its id and not the key", async () => {
    const leak = `Server error with key ${KEY}, developers have been alerted.`;
    const poll = { body: { id: ID, status: "error", error: leak } };
    const { logs, transcribe } = prepare(vendorWith({ poll }));
    const error = await errorOf(transcribe());
    expect([error.code, error.requestId]).toEqual(["provider_error", ID]);
    expect(`${error.message}${JSON.stringify(error)}${logs.join("")}`).not.toContain(KEY);
  });

  test("by a server's fault stay the server's, whatever the words", async () => {
    const create = { status: 500, body: { error: "Transcoding failed." } };
    expect((await errorOf(prepare(vendorWith({ create })).transcribe())).code).toBe(
      "provider_error",
    );
  });
});
