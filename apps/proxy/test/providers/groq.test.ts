import { fieldValues } from "@earshot/provider-testkit";
import { startFakeUpstream } from "@earshot/provider-testkit/upstream";
import type { FakeAnswer, FakeUpstream, RecordedCall } from "@earshot/provider-testkit/upstream";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { sha256, startTestProxy } from "../test-proxy.ts";
import type { TestProxy } from "../test-proxy.ts";
import { askProxy, eventsOf } from "./ask-proxy.ts";
import type { ProxyAnswer } from "./ask-proxy.ts";
import {
  KENNEDY,
  KENNEDY_SECONDS,
  KENNEDY_SEGMENTS,
  KENNEDY_SRT,
  KENNEDY_VTT,
  KENNEDY_WORDS,
  kennedySpeech,
} from "./kennedy.ts";

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

let upstream: FakeUpstream;
let proxy: TestProxy;

beforeAll(async () => {
  upstream = await startFakeUpstream(groq);
  proxy = await startTestProxy({
    config: `
model_list:
- model_name: whisper-1
  litellm_params: &groq
    model: groq/whisper-large-v3
    api_key: gsk_test_upstream
    api_base: ${upstream.url}/openai/v1
- model_name: turbo
  litellm_params:
    <<: *groq
    model: groq/whisper-large-v3-turbo
general_settings:
  master_key: sk-1234
earshot_settings:
  allow_remote_inputs: true
`,
  });
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await upstream.close();
});

type Fields = readonly (readonly [string, string])[];

const ask = (format: string, fields: Fields = []): Promise<ProxyAnswer> =>
  askProxy(proxy, {
    audio: kennedySpeech ?? new Uint8Array(),
    fields: [["model", "whisper-1"], ["response_format", format], ...fields],
  });

describe.skipIf(kennedySpeech === undefined)("Groq behind the proxy answers", () => {
  test("json, text and the audio that it got", async () => {
    const json = await ask("json");
    expect([json.status, JSON.parse(json.body)]).toEqual([200, { text: KENNEDY }]);
    const text = await ask("text");
    expect(text.headers.get("content-type")).toMatch(/^text\/plain/u);
    expect(text.body).toBe(`${KENNEDY}\n`);
    const body = upstream.calls.at(-1)?.body;
    const sent = body?.type === "multipart" ? body.files[0]?.sha256 : undefined;
    expect(sent).toBe(sha256(kennedySpeech ?? new Uint8Array()));
  });

  test("srt and vtt", async () => {
    expect((await ask("srt")).body).toBe(KENNEDY_SRT);
    expect((await ask("vtt")).body).toBe(KENNEDY_VTT);
  });

  test("verbose_json as whisper-1 does", async () => {
    const answer: unknown = JSON.parse(
      (
        await ask("verbose_json", [
          ["timestamp_granularities[]", "word"],
          ["timestamp_granularities[]", "segment"],
        ])
      ).body,
    );
    expect(answer).toMatchObject({
      task: "transcribe",
      language: "english",
      duration: KENNEDY_SECONDS,
      text: KENNEDY,
      words: KENNEDY_WORDS,
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
    const { body, headers } = await ask("json", [["stream", "true"]]);
    expect(headers.get("content-type")).toMatch(/^text\/event-stream/u);
    expect(eventsOf(body)).toMatchObject([
      { type: "transcript.text.delta", delta: KENNEDY },
      { type: "transcript.text.done", text: KENNEDY },
    ]);
  });

  test("translations", async () => {
    const { status, body } = await askProxy(proxy, {
      path: "translations",
      audio: kennedySpeech ?? new Uint8Array(),
      fields: [
        ["model", "whisper-1"],
        ["response_format", "srt"],
      ],
    });
    expect([status, body]).toEqual([200, KENNEDY_SRT]);
    expect(upstream.calls.at(-1)?.path).toBe("/openai/v1/audio/translations");
  });
});

describe("Groq behind the proxy", () => {
  const url = (path: string): Fields => [
    ["model", "turbo"],
    ["url", `https://audio.example/${path}`],
  ];

  test("fetches URLs by itself", async () => {
    const { status, body } = await askProxy(proxy, { fields: url("talk.mp3") });
    expect([status, JSON.parse(body)]).toEqual([200, { text: KENNEDY }]);
    expect(fieldValues(upstream.calls.at(-1) ?? never(), "url")).toEqual([
      "https://audio.example/talk.mp3",
    ]);
  });

  test("says so when a URL leads elsewhere", async () => {
    const { status, body } = await askProxy(proxy, { fields: url("moved/talk.mp3") });
    expect(status).toBe(400);
    expect(JSON.parse(body)).toMatchObject({ error: { param: "url" } });
    expect(body).toContain("follows no redirects");
  });

  test("is not asked for what it cannot do", async () => {
    const before = upstream.calls.length;
    const diarized = await askProxy(proxy, {
      fields: [...url("talk.mp3"), ["response_format", "diarized_json"]],
    });
    const translated = await askProxy(proxy, { path: "translations", fields: url("talk.mp3") });
    const prompted = await askProxy(proxy, {
      fields: [...url("talk.mp3"), ["prompt", "x".repeat(897)]],
    });
    expect([diarized.status, translated.status, prompted.status]).toEqual([400, 400, 400]);
    expect(JSON.parse(prompted.body)).toMatchObject({ error: { param: "prompt" } });
    expect(upstream.calls.length).toBe(before);
  });
});

function never(): never {
  throw new Error("The upstream got no call.");
}
