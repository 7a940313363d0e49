import { fieldValues } from "@earshot/provider-testkit";
import type { FakeAnswer, RecordedCall } from "@earshot/provider-testkit/upstream";
import { describe, expect, test } from "vitest";
import {
  KENNEDY,
  KENNEDY_SECONDS,
  KENNEDY_SEGMENTS,
  KENNEDY_SRT,
  KENNEDY_VTT,
  KENNEDY_WORDS,
  kennedySpeech,
} from "./kennedy.ts";
import {
  BOTH_GRANULARITIES,
  eventsOf,
  expectSpeechIn,
  vendorBehindProxy,
} from "./vendor-behind-proxy.ts";
import type { Fields, ProxyAnswer } from "./vendor-behind-proxy.ts";

const FIELDS = new Set([
  "model",
  "file_url",
  "language",
  "return_language",
  "temperature",
  "stream",
  "diarize",
  "context_bias",
  "timestamp_granularities",
]);

const refuse = (status: number, message: unknown, type = "invalid_request_error"): FakeAnswer => ({
  status,
  body: { object: "error", message, type, param: null, code: null, raw_status_code: status },
});

const invalid = (msg: string, ...loc: readonly string[]): FakeAnswer =>
  refuse(422, { detail: [{ type: "value_error", loc, msg }] });

/** Rules on fields, true where Mistral refuses. */
const brokenRule = (call: RecordedCall): string | undefined => {
  const values = (name: string): readonly string[] => fieldValues(call, name);
  const isNew = values("model")[0]?.includes("transcribe-3") === true;
  const times = values("timestamp_granularities");
  const rules: readonly (readonly [broken: boolean, message: string])[] = [
    [times.length > 1, "List should have at most 1 item after validation, not 2"],
    [isNew && times.includes("word"), "Input should be 'segment'"],
    [
      values("diarize")[0] === "true" && times[0] !== "segment",
      "Assertion failed, When diarize is set to True, the timestamp granularity must be set to ['segment']",
    ],
    [
      !isNew && values("language").length > 0 && times.length > 0,
      "language and timestamp_granularities cannot be used together",
    ],
    [
      values("language").length > 0 && values("return_language")[0] === "true",
      "language and return_language cannot be used together",
    ],
    [values("language").some((code) => !/^[a-z]{2}$/u.test(code)), "Invalid language"],
    [
      !isNew && values("context_bias").some((term) => /[\s,]/u.test(term)),
      "String should match pattern '^[^,\\s]+$'",
    ],
  ];
  return rules.find(([broken]) => broken)?.[1];
};

/** What Mistral refuses; undefined when it serves the call. */
const objectionTo = (call: RecordedCall): FakeAnswer | undefined => {
  const { body, headers, path } = call;
  if (headers["authorization"] !== "Bearer mistral-test-upstream")
    return { status: 401, body: { detail: "Unauthorized" } };
  if (path !== "/v1/audio/transcriptions") return { status: 404, body: { detail: "Not Found" } };
  if (body.type !== "multipart")
    return refuse(422, "Invalid request, make sure the request is formatted as a multipart form.");
  const stranger = body.fields.find(([name]) => !FIELDS.has(name));
  if (stranger !== undefined) return invalid("Extra inputs are not permitted", stranger[0]);
  const [model = ""] = fieldValues(call, "model");
  if (!model.startsWith("voxtral-mini-"))
    return refuse(400, `Invalid model: ${model}`, "invalid_model");
  const urls = fieldValues(call, "file_url");
  if (urls.length + body.files.length !== 1) return invalid("Exactly one input is required");
  if (urls.some((url) => url.endsWith("/gone.mp3")))
    return refuse(400, `File could not be fetched from url '${urls[0]}'`, "invalid_request_file");
  const broken = brokenRule(call);
  return broken === undefined ? undefined : invalid(broken);
};

const USAGE = {
  prompt_tokens: 5,
  completion_tokens: 24,
  total_tokens: 404,
  prompt_audio_seconds: KENNEDY_SECONDS,
};

const spansOf = (call: RecordedCall): readonly object[] => {
  const [times] = fieldValues(call, "timestamp_granularities");
  if (times === "word")
    return KENNEDY_WORDS.map(({ word, ...span }) => ({ text: ` ${word}`, ...span }));
  if (times === undefined) return [];
  const diarizes = fieldValues(call, "diarize")[0] === "true";
  return KENNEDY_SEGMENTS.map(({ text, ...span }, index) => ({
    text: ` ${text}`,
    ...span,
    ...(diarizes ? { speaker_id: index === 0 ? "speaker_1" : "speaker_2" } : {}),
  }));
};

const serve = (call: RecordedCall): FakeAnswer => {
  const language = fieldValues(call, "return_language")[0] === "true" ? "en" : null;
  const segments = spansOf(call).map((span) => ({ type: "transcription_segment", ...span }));
  const [model] = fieldValues(call, "model");
  const answer = { model, text: ` ${KENNEDY}`, language, segments, usage: USAGE };
  if (fieldValues(call, "stream")[0] !== "true") return { body: answer };
  const frames = [
    ...(language === null ? [] : [{ type: "transcription.language", audio_language: language }]),
    ...KENNEDY_SEGMENTS.map(({ text }) => ({ type: "transcription.text.delta", text: ` ${text}` })),
    ...segments.map((span) => ({ ...span, type: "transcription.segment" })),
    { ...answer, type: "transcription.done" },
  ];
  return {
    headers: { "content-type": "text/event-stream" },
    body: frames
      .map((frame) => `event: ${frame.type}\ndata: ${JSON.stringify(frame)}\n\n`)
      .join(""),
  };
};

const { ask, askProxy, calls, lastCall, sent } = vendorBehindProxy(
  (call) => objectionTo(call) ?? serve(call),
  (url) => `
- model_name: whisper-1
  litellm_params: &mistral
    model: mistral/voxtral-mini-transcribe-3-0
    api_key: mistral-test-upstream
    api_base: ${url}/v1
- model_name: voxtral-2
  litellm_params:
    <<: *mistral
    model: mistral/voxtral-mini-2602
- model_name: misspelt
  litellm_params:
    <<: *mistral
    model: mistral/foxtral
`,
);

const SEGMENTS = KENNEDY_SEGMENTS.map(({ start, end }) => ({ start, end }));

describe.skipIf(kennedySpeech === undefined)("Mistral behind the proxy answers", () => {
  test("json, text and the audio that it got", async () => {
    const json = await ask("json");
    expect([json.status, JSON.parse(json.body)]).toEqual([
      200,
      { text: KENNEDY, usage: { type: "duration", seconds: KENNEDY_SECONDS } },
    ]);
    expect((await ask("text")).body).toBe(`${KENNEDY}\n`);
    expectSpeechIn(lastCall());
  });

  test.each(["whisper-1", "voxtral-2"])("srt and vtt (%s)", async (model) => {
    const language: Fields = [["language", "en"]];
    expect((await ask("srt", language, model)).body).toBe(KENNEDY_SRT);
    expect((await ask("vtt", language, model)).body).toBe(KENNEDY_VTT);
  });

  test("verbose_json with the segments and the language that it heard", async () => {
    expect(JSON.parse((await ask("verbose_json")).body)).toMatchObject({
      task: "transcribe",
      language: "english",
      duration: KENNEDY_SECONDS,
      text: KENNEDY,
      segments: SEGMENTS,
    });
  });

  test("verbose_json with words, where the model times them", async () => {
    const { body } = await ask("verbose_json", BOTH_GRANULARITIES, "voxtral-2");
    expect(JSON.parse(body)).toMatchObject({ text: KENNEDY, words: KENNEDY_WORDS });
    expect(JSON.parse(body).segments.length).toBeGreaterThan(0);
    const refused = await ask("verbose_json", BOTH_GRANULARITIES);
    expect([refused.status, JSON.parse(refused.body).error.param]).toEqual([
      400,
      "timestamp_granularities",
    ]);
    const estimated = await ask("verbose_json", [...BOTH_GRANULARITIES, ["drop_params", "true"]]);
    expect(JSON.parse(estimated.body)).toMatchObject({ segments: SEGMENTS });
    expect(JSON.parse(estimated.body).words).toHaveLength(KENNEDY_WORDS.length);
  });

  test.each(["whisper-1", "voxtral-2"])("diarized_json with both speakers (%s)", async (model) => {
    const { body } = await ask("diarized_json", [["language", "en"]], model);
    expect(JSON.parse(body)).toMatchObject({
      segments: [
        { speaker: "A", ...SEGMENTS[0] },
        { speaker: "B", ...SEGMENTS[1] },
        { speaker: "B", ...SEGMENTS[2] },
      ],
    });
  });

  test("a stream, as it comes", async () => {
    const { body, headers } = await ask("json", [["stream", "true"]]);
    expect(headers.get("content-type")).toMatch(/^text\/event-stream/u);
    const events = eventsOf(body);
    expect(events.slice(0, -1)).toEqual(
      KENNEDY_SEGMENTS.map(({ text }, index) => ({
        type: "transcript.text.delta",
        delta: index === 0 ? text : ` ${text}`,
      })),
    );
    expect(events.at(-1)).toMatchObject({ type: "transcript.text.done", text: KENNEDY });
  });

  test("a stream that names the speakers", async () => {
    const { body } = await ask("diarized_json", [["stream", "true"]]);
    const segments = eventsOf(body).filter(
      (event) => (event as { type: string }).type === "transcript.text.segment",
    );
    expect(segments).toMatchObject([{ speaker: "A" }, { speaker: "B" }, { speaker: "B" }]);
  });
});

describe("Mistral behind the proxy", () => {
  const url = "https://audio.example/talk.mp3";

  test("fetches URLs by itself, and gets hints in its own words", async () => {
    const { status, body } = await askProxy({
      fields: [
        ["model", "voxtral-2"],
        ["url", url],
        ["language", "en-GB"],
        ["keywords[]", "John Kennedy"],
        ["temperature", "0"],
      ],
    });
    expect([status, JSON.parse(body)]).toMatchObject([200, { text: KENNEDY }]);
    const names = ["file_url", "language", "context_bias", "temperature"];
    expect(names.map(sent)).toEqual([[url], ["en"], ["John_Kennedy"], ["0"]]);
  });

  test("says what it left out, and answers all the same", async () => {
    const { status, headers } = await askProxy({
      fields: [
        ["model", "voxtral-2"],
        ["url", url],
        ["language", "en"],
        ["response_format", "srt"],
      ],
    });
    expect(status).toBe(200);
    expect(headers.get("x-earshot-warnings")).toContain("language");
    expect(sent("language")).toEqual([]);
  });

  test("says so when a URL leads nowhere", async () => {
    const { status, body } = await askProxy({
      fields: [
        ["model", "whisper-1"],
        ["url", "https://audio.example/gone.mp3"],
      ],
    });
    expect([status, JSON.parse(body).error.param]).toEqual([400, "url"]);
  });

  test("is not asked for what it would refuse", async () => {
    const before = calls().length;
    const asking = (name: string, value: string): Promise<ProxyAnswer> =>
      askProxy({
        fields: [
          ["model", "voxtral-2"],
          ["url", url],
          [name, value],
        ],
      });
    const answers = [await asking("keywords[]", "Uri, Schwyz"), await asking("language", "sv")];
    expect(answers.map(({ status, body }) => [status, JSON.parse(body).error.param])).toEqual([
      [400, "keywords"],
      [400, "language"],
    ]);
    expect(calls().length).toBe(before);
  });

  test("tells an operator's mistake as one", async () => {
    const { status, body } = await askProxy({
      fields: [
        ["model", "misspelt"],
        ["url", url],
      ],
    });
    expect(status).toBe(502);
    expect(body).toContain("Invalid model: foxtral");
  });
});
