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
import type { Fields } from "./vendor-behind-proxy.ts";

const FIELDS = new Set([
  "model",
  "url",
  "language",
  "prompt",
  "response_format",
  "temperature",
  "timestamp_granularities[]",
]);

const FILE_NAME = /\.(?:flac|mp3|mp4|mpeg|mpga|m4a|ogg|opus|wav|webm)$/u;

/** What Groq refuses, in its order; undefined when it serves the call. */
const objectionTo = (call: RecordedCall): string | undefined => {
  const { body } = call;
  if (body.type !== "multipart") return "request Content-Type isn't multipart/form-data";
  const stranger = body.fields.find(([name]) => !FIELDS.has(name));
  if (stranger !== undefined) return `unknown param \`${stranger[0]}\``;
  const urls = fieldValues(call, "url");
  if (urls.length + body.files.length !== 1) return "one of file or url is required";
  if (urls.some((url) => url.includes("/moved/")))
    return "failed to retrieve media: received status code: 301";
  if (body.files.some(({ fileName }) => !FILE_NAME.test(fileName)))
    return "file must be one of the following types: [flac mp3 mp4 mpeg mpga m4a ogg opus wav webm]";
  const [format = "json"] = fieldValues(call, "response_format");
  if (!["json", "text", "verbose_json"].includes(format))
    return "response_format must be one of [json text verbose_json]";
  if (format !== "verbose_json" && fieldValues(call, "timestamp_granularities[]").length > 0)
    return "timestamp_granularities requires response_format verbose_json";
  const translates = call.path.endsWith("/translations");
  return translates && fieldValues(call, "model")[0] !== "whisper-large-v3"
    ? "The model does not support translations"
    : undefined;
};

const segments = KENNEDY_SEGMENTS.map(({ text, ...times }, id) => ({
  id,
  seek: 0,
  ...times,
  text: ` ${text}`,
  tokens: [50365, 400, 370],
  temperature: 0,
  avg_logprob: -0.14,
  compression_ratio: 1.31,
  no_speech_prob: 0,
}));

const X_GROQ = { id: "req_01kyq27x28emr9zbm8ny8jcf61" };

const serve = (call: RecordedCall): FakeAnswer => {
  const [format = "json"] = fieldValues(call, "response_format");
  const text = ` ${KENNEDY}`;
  if (format === "text")
    return { headers: { "content-type": "text/plain; charset=UTF-8" }, body: text };
  if (format === "json") return { body: { text, x_groq: X_GROQ } };
  const granularities = fieldValues(call, "timestamp_granularities[]");
  const words = granularities.includes("word");
  const wantsSegments = !words || granularities.includes("segment");
  return {
    body: {
      task: call.path.endsWith("/translations") ? "translate" : "transcribe",
      language: "English",
      duration: KENNEDY_SECONDS,
      text,
      ...(words ? { words: KENNEDY_WORDS } : {}),
      segments: wantsSegments ? segments : null,
      x_groq: X_GROQ,
    },
  };
};

const groq = (call: RecordedCall): FakeAnswer => {
  const refuse = (status: number, message: string): FakeAnswer => ({
    status,
    body: { error: { message, type: "invalid_request_error" } },
  });
  if (call.headers["authorization"] !== "Bearer gsk_test_upstream")
    return refuse(401, "Invalid API Key");
  if (!call.path.startsWith("/openai/v1/audio/")) return refuse(404, `Unknown request URL`);
  const objection = objectionTo(call);
  return objection === undefined ? serve(call) : refuse(400, objection);
};

const { ask, askProxy, calls, lastCall } = vendorBehindProxy(
  groq,
  (url) => `
- model_name: whisper-1
  litellm_params: &groq
    model: groq/whisper-large-v3
    api_key: gsk_test_upstream
    api_base: ${url}/openai/v1
- model_name: turbo
  litellm_params:
    <<: *groq
    model: groq/whisper-large-v3-turbo
`,
);

describe.skipIf(kennedySpeech === undefined)("Groq behind the proxy answers", () => {
  test("json, text and the audio that it got", async () => {
    const json = await ask("json");
    expect([json.status, JSON.parse(json.body)]).toEqual([200, { text: KENNEDY }]);
    const text = await ask("text");
    expect(text.headers.get("content-type")).toMatch(/^text\/plain/u);
    expect(text.body).toBe(`${KENNEDY}\n`);
    expectSpeechIn(lastCall());
  });

  test("srt and vtt", async () => {
    expect((await ask("srt")).body).toBe(KENNEDY_SRT);
    expect((await ask("vtt")).body).toBe(KENNEDY_VTT);
  });

  test("verbose_json as whisper-1 does", async () => {
    const answer: unknown = JSON.parse((await ask("verbose_json", BOTH_GRANULARITIES)).body);
    expect(answer).toMatchObject({
      ...KENNEDY_VERBOSE,
      segments,
      usage: { type: "duration", seconds: KENNEDY_SECONDS },
    });
  });

  test("words alone", async () => {
    const { body } = await ask("verbose_json", [["timestamp_granularities[]", "word"]]);
    expect(JSON.parse(body)).toMatchObject({ words: KENNEDY_WORDS });
    expect(JSON.parse(body)).not.toHaveProperty("segments");
  });

  test("a stream, in one piece", async () => {
    expectStreamInOnePiece(await ask("json", [["stream", "true"]]));
  });

  test("translations", async () => {
    const { status, body } = await askProxy({
      path: "translations",
      audio: speech,
      fields: [
        ["model", "whisper-1"],
        ["response_format", "srt"],
      ],
    });
    expect([status, body]).toEqual([200, KENNEDY_SRT]);
    expect(lastCall().path).toBe("/openai/v1/audio/translations");
  });
});

describe("Groq behind the proxy", () => {
  const url = (path: string): Fields => [
    ["model", "turbo"],
    ["url", `https://audio.example/${path}`],
  ];

  test("fetches URLs by itself", async () => {
    const { status, body } = await askProxy({ fields: url("talk.mp3") });
    expect([status, JSON.parse(body)]).toEqual([200, { text: KENNEDY }]);
    expect(fieldValues(lastCall(), "url")).toEqual(["https://audio.example/talk.mp3"]);
  });

  test("says so when a URL leads elsewhere", async () => {
    const { status, body } = await askProxy({ fields: url("moved/talk.mp3") });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ error: { param: "url" } });
    expect(body).toContain("follows no redirects");
  });

  test("is not asked for what it cannot do", async () => {
    const before = calls().length;
    const diarized = await askProxy({
      fields: [...url("talk.mp3"), ["response_format", "diarized_json"]],
    });
    const translated = await askProxy({ path: "translations", fields: url("talk.mp3") });
    const prompted = await askProxy({
      fields: [...url("talk.mp3"), ["prompt", "x".repeat(897)]],
    });
    expect([diarized.status, translated.status, prompted.status]).toEqual([400, 400, 400]);
    expect(JSON.parse(prompted.body)).toMatchObject({ error: { param: "prompt" } });
    expect(calls().length).toBe(before);
  });
});
