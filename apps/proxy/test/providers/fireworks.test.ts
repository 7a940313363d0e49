import { fieldValues } from "@earshot/provider-testkit";
import type { FakeAnswer, RecordedCall } from "@earshot/provider-testkit/upstream";
import { describe, expect, test } from "vitest";
import {
  KENNEDY,
  KENNEDY_SECONDS,
  KENNEDY_SEGMENTS,
  KENNEDY_SRT,
  KENNEDY_VERBOSE,
  KENNEDY_VTT,
  KENNEDY_WORDS,
  kennedySpeech,
} from "./kennedy.ts";
import {
  BOTH_GRANULARITIES,
  expectSpeechIn,
  expectStreamInOnePiece,
  speech,
  vendorBehindProxy,
} from "./vendor-behind-proxy.ts";
import type { Fields, ProxyAnswer } from "./vendor-behind-proxy.ts";

/** The values that Fireworks takes, by field; undefined for any. */
const FIELDS: Readonly<Record<string, RegExp | undefined>> = {
  model: /^whisper-v3(?:-turbo)?$/u,
  file: /^https:\/\//u,
  language: /^(?:[a-z]{2,3}|zh-han[st])$/u,
  prompt: undefined,
  temperature: /^(?:0|1|0\.\d+|1\.0)(?:,(?:0|1|0\.\d+|1\.0))*$/u,
  response_format: /^(?:json|text|srt|verbose_json|vtt)$/u,
  timestamp_granularities: /^(?:word|segment|word,segment)$/u,
  diarize: /^(?:true|false)$/u,
  min_speakers: /^\d+$/u,
  max_speakers: /^\d+$/u,
  vad_model: /^(?:silero|whisperx-pyannet)$/u,
  alignment_model: /^(?:mms_fa|tdnn_ffn|gentle)$/u,
  preprocessing: /^(?:none|dynamic|soft_dynamic|bass_dynamic)$/u,
};

const one = (call: RecordedCall, name: string): string => fieldValues(call, name)[0] ?? "";

/** What Fireworks refuses; undefined when it serves the call. */
const objectionTo = (call: RecordedCall): string | undefined => {
  const { body } = call;
  if (body.type !== "multipart") return "A form is required";
  const wrong = body.fields.find(
    ([name, value]) => !Object.hasOwn(FIELDS, name) || FIELDS[name]?.test(value) === false,
  );
  if (wrong !== undefined) return `Invalid value for ${wrong.join(": ")}`;
  const verbose = one(call, "response_format") === "verbose_json";
  const granularities = one(call, "timestamp_granularities");
  if (granularities !== "" && !verbose) return "timestamp_granularities needs verbose_json";
  const diarizes = one(call, "diarize") === "true";
  if (diarizes && !(verbose && granularities.includes("word")))
    return "diarize needs verbose_json and word granularity";
  const counts =
    fieldValues(call, "min_speakers").length + fieldValues(call, "max_speakers").length;
  return counts > 0 && !diarizes ? "min_speakers and max_speakers need diarize" : undefined;
};

const speakerAt = (start: number, diarizes: boolean): { speaker_id?: string } =>
  diarizes ? { speaker_id: start < 7.66 ? "SPEAKER_00" : "SPEAKER_01" } : {};

const serve = (call: RecordedCall): FakeAnswer => {
  if (one(call, "response_format") !== "verbose_json") return { body: { text: KENNEDY } };
  const diarizes = one(call, "diarize") === "true";
  const granularities = one(call, "timestamp_granularities");
  const words = KENNEDY_WORDS.map((word) => ({
    ...word,
    language: "en",
    probability: 0.98,
    hallucination_score: 0.01,
    ...speakerAt(word.start, diarizes),
  }));
  const segments = KENNEDY_SEGMENTS.map((segment, id) => ({
    id,
    ...segment,
    language: "en",
    ...speakerAt(segment.start, diarizes),
  }));
  return {
    body: {
      task: "transcribe",
      language: "en",
      duration: KENNEDY_SECONDS,
      text: KENNEDY,
      words: granularities.includes("word") ? words : null,
      segments: granularities === "word" ? null : segments,
    },
  };
};

const fireworks = (call: RecordedCall): FakeAnswer => {
  if (call.headers["authorization"] !== "Bearer fw_test_upstream")
    return { status: 401, body: { error: "Unauthorized" } };
  if (!call.path.startsWith("/v1/audio/")) return { status: 404, body: { error: "Not found" } };
  const objection = objectionTo(call);
  return objection === undefined
    ? serve(call)
    : { status: 400, body: { error: { message: objection, type: "invalid_request_error" } } };
};

const behind = vendorBehindProxy(
  fireworks,
  (url) => `
- model_name: meetings
  litellm_params:
    model: fireworks_ai/whisper-v3
    api_key: fw_test_upstream
    api_base: ${url}/v1
    vad_model: whisperx-pyannet
    temperatures: [0, 0.2]
`,
);
const { askProxy, calls, lastCall } = behind;

const ask = (format: string, fields: Fields = []): Promise<ProxyAnswer> =>
  behind.ask(format, fields, "meetings");

describe.skipIf(kennedySpeech === undefined)("Fireworks behind the proxy answers", () => {
  test("json and text with the options of its config", async () => {
    const json = await ask("json");
    expect([json.status, JSON.parse(json.body)]).toEqual([200, { text: KENNEDY }]);
    expect(one(lastCall(), "vad_model")).toBe("whisperx-pyannet");
    expect(one(lastCall(), "temperature")).toBe("0,0.2");
    expect((await ask("text")).body).toBe(`${KENNEDY}\n`);
    expectSpeechIn(lastCall());
  });

  test("srt and vtt", async () => {
    expect((await ask("srt")).body).toBe(KENNEDY_SRT);
    expect((await ask("vtt")).body).toBe(KENNEDY_VTT);
  });

  test("verbose_json with all of OpenAI's fields", async () => {
    const { body } = await ask("verbose_json", BOTH_GRANULARITIES);
    const segments = KENNEDY_SEGMENTS.map(({ text, ...times }, id) => ({
      id,
      seek: 0,
      ...times,
      text: ` ${text}`,
      tokens: [],
      temperature: 0,
    }));
    expect(JSON.parse(body)).toMatchObject({
      ...KENNEDY_VERBOSE,
      segments,
      usage: { type: "duration", seconds: KENNEDY_SECONDS },
    });
  });

  test("diarized_json", async () => {
    const { body } = await ask("diarized_json", [
      ["min_speakers", "2"],
      ["max_speakers", "3"],
    ]);
    expect(JSON.parse(body)).toMatchObject({
      text: expect.stringContaining("ask not what your country can do for you,"),
      segments: [{ speaker: "A", start: 0 }, { speaker: "A" }, { speaker: "B", start: 7.66 }],
    });
    expect([one(lastCall(), "min_speakers"), one(lastCall(), "max_speakers")]).toEqual(["2", "3"]);
  });

  test("a stream, in one piece", async () => {
    expectStreamInOnePiece(await ask("json", [["stream", "true"]]));
  });

  test("translations", async () => {
    const { status, body } = await askProxy({
      path: "translations",
      audio: speech,
      fields: [
        ["model", "meetings"],
        ["response_format", "srt"],
      ],
    });
    expect([status, body]).toEqual([200, KENNEDY_SRT]);
    expect(lastCall().path).toBe("/v1/audio/translations");
  });
});

describe("Fireworks behind the proxy", () => {
  const url: Fields = [
    ["model", "meetings"],
    ["url", "https://audio.example/talk.mp3"],
  ];

  test("gets a URL in the place of the file", async () => {
    const { status, body } = await askProxy({ fields: url });
    expect([status, JSON.parse(body)]).toEqual([200, { text: KENNEDY }]);
    expect(one(lastCall(), "file")).toBe("https://audio.example/talk.mp3");
  });

  test("is not asked with values that it does not know", async () => {
    const before = calls().length;
    for (const [name, value] of [
      ["preprocessing", "loud"],
      ["min_speakers", "0"],
      ["temperatures", "hot"],
    ] as const) {
      const { status, body } = await askProxy({ fields: [...url, [name, value]] });
      expect([name, status, JSON.parse(body)]).toMatchObject([
        name,
        400,
        { error: { param: name } },
      ]);
    }
    expect(calls().length).toBe(before);
  });
});
