import { fieldValues } from "@earshot/provider-testkit";
import type { FakeAnswer, RecordedCall } from "@earshot/provider-testkit/upstream";
import { describe, expect, test } from "vitest";
import {
  KENNEDY,
  KENNEDY_SECONDS,
  KENNEDY_VERBOSE,
  KENNEDY_WORDS,
  kennedySpeech,
} from "./kennedy.ts";
import {
  BOTH_GRANULARITIES,
  expectCuesOfWords,
  expectSpeechIn,
  expectStreamInOnePiece,
  vendorBehindProxy,
} from "./vendor-behind-proxy.ts";
import type { ProxyAnswer } from "./vendor-behind-proxy.ts";

/** Every field of `Body_Speech_to_Text_v1_speech_to_text_post` that Earshot may send. */
const FIELDS = new Set([
  "model_id",
  "source_url",
  "language_code",
  "tag_audio_events",
  "num_speakers",
  "timestamps_granularity",
  "diarize",
  "temperature",
  "keyterms",
  "no_verbatim",
]);

const refuse = (status: number, code: string, message: string): FakeAnswer => ({
  status,
  body: { detail: { type: "validation_error", code, message, status: code } },
});

/** What ElevenLabs refuses; undefined when it serves the call. */
const objectionTo = (call: RecordedCall): FakeAnswer | undefined => {
  const { body, headers, path } = call;
  if (path !== "/v1/speech-to-text") return { status: 404, body: { detail: "Not Found" } };
  const problem = (loc: string, msg: string): FakeAnswer => ({
    status: 422,
    body: { detail: [{ type: "value_error", loc: ["body", loc], msg }] },
  });
  if (body.type !== "multipart") return problem("model_id", "Field required");
  const stranger = body.fields.find(([name]) => !FIELDS.has(name));
  if (stranger !== undefined) return problem(stranger[0], "Extra inputs are not permitted");
  // The form is looked at before the key.
  if (headers["xi-api-key"] !== "xi-test-upstream")
    return refuse(401, "invalid_api_key", "Invalid API key");
  const [model = ""] = fieldValues(call, "model_id");
  if (!["scribe_v1", "scribe_v2"].includes(model))
    return refuse(400, "invalid_model_id", `'${model}' is not a valid model_id.`);
  if (body.files.length + fieldValues(call, "source_url").length !== 1)
    return refuse(400, "invalid_request", "Must provide either file or source_url.");
  return fieldValues(call, "keyterms").some((term) => term.length >= 50)
    ? refuse(400, "invalid_keyterms", "Keyterms must be shorter than 50 characters.")
    : undefined;
};

/** Before this word another one starts to speak. */
const SECOND_SPEAKER_AT = 14;

const serve = (call: RecordedCall): FakeAnswer => {
  const diarizes = fieldValues(call, "diarize")[0] === "true";
  const tagged = fieldValues(call, "tag_audio_events")[0] !== "false";
  const words = KENNEDY_WORDS.flatMap(({ word, start, end }, index) => {
    const speaker = diarizes && index >= SECOND_SPEAKER_AT ? "speaker_1" : "speaker_0";
    const token = { speaker_id: speaker, logprob: -0.01 };
    return [
      ...(index === 0 ? [] : [{ ...token, text: " ", type: "spacing", start, end: start }]),
      { ...token, text: word, type: "word", start, end },
    ];
  });
  const applause = { text: "(applause)", type: "audio_event", start: 10.6, end: 11, logprob: -1 };
  return {
    headers: { "request-id": "el-1" },
    body: {
      language_code: "eng",
      language_probability: 0.99,
      text: tagged ? `${KENNEDY} (applause)` : KENNEDY,
      words: tagged ? [...words, applause] : words,
      transcription_id: "t-1",
      audio_duration_secs: KENNEDY_SECONDS,
    },
  };
};

const { ask, askProxy, calls, lastCall, sent } = vendorBehindProxy(
  (call) => objectionTo(call) ?? serve(call),
  (url) => `
- model_name: whisper-1
  litellm_params: &elevenlabs
    model: elevenlabs/scribe_v2
    api_key: xi-test-upstream
    api_base: ${url}/v1
- model_name: misspelt
  litellm_params:
    <<: *elevenlabs
    model: elevenlabs/scribe_v9
- model_name: wrong-key
  litellm_params:
    <<: *elevenlabs
    api_key: xi-test-wrong
`,
);

describe.skipIf(kennedySpeech === undefined)("ElevenLabs behind the proxy answers", () => {
  test("json, text and the audio that it got", async () => {
    const json = await ask("json");
    expect([json.status, JSON.parse(json.body)]).toEqual([
      200,
      { text: KENNEDY, usage: { type: "duration", seconds: KENNEDY_SECONDS } },
    ]);
    expect((await ask("text")).body).toBe(`${KENNEDY}\n`);
    expectSpeechIn(lastCall());
  });

  test("srt and vtt, cued from the words", async () => {
    expectCuesOfWords((await ask("srt")).body, (await ask("vtt")).body);
  });

  test("verbose_json as whisper-1 does, segments made of the words", async () => {
    const { body } = await ask("verbose_json", BOTH_GRANULARITIES);
    expect(JSON.parse(body)).toMatchObject({
      ...KENNEDY_VERBOSE,
      segments: [{ id: 0, start: 0, end: 10.6 }],
    });
  });

  test("diarized_json with both speakers", async () => {
    const { status, body } = await ask("diarized_json");
    expect(status).toBe(200);
    expect(sent("diarize")).toEqual(["true"]);
    expect(JSON.parse(body)).toMatchObject({
      text: KENNEDY,
      segments: [
        { speaker: "A", start: 0, end: KENNEDY_WORDS[SECOND_SPEAKER_AT - 1]?.end },
        { speaker: "B", start: KENNEDY_WORDS[SECOND_SPEAKER_AT]?.start, end: 10.6 },
      ],
    });
  });

  test("a stream, in one piece", async () => {
    expectStreamInOnePiece(await ask("json", [["stream", "true"]]));
  });

  test("with sounds in the text only when they are asked for", async () => {
    const { body } = await ask("json", [["tag_audio_events", "true"]]);
    expect(JSON.parse(body)).toMatchObject({ text: `${KENNEDY} (applause)` });
  });
});

describe("ElevenLabs behind the proxy", () => {
  const url = "https://audio.example/talk.mp3";

  test("fetches URLs by itself, and gets hints and options in its own words", async () => {
    const { status, body } = await askProxy({
      fields: [
        ["model", "whisper-1"],
        ["url", url],
        ["language", "en-GB"],
        ["keywords[]", "Kennedy"],
        ["num_speakers", "2"],
        ["temperature", "0"],
      ],
    });
    expect([status, JSON.parse(body)]).toMatchObject([200, { text: KENNEDY }]);
    expect(
      Object.fromEntries(
        ["source_url", "language_code", "keyterms", "num_speakers", "temperature"].map((name) => [
          name,
          sent(name),
        ]),
      ),
    ).toEqual({
      source_url: [url],
      language_code: ["en"],
      keyterms: ["Kennedy"],
      num_speakers: ["2"],
      temperature: ["0"],
    });
  });

  test("is not asked for what it would refuse", async () => {
    const before = calls().length;
    const asking = (name: string, value: string): Promise<ProxyAnswer> =>
      askProxy({
        fields: [
          ["model", "whisper-1"],
          ["url", url],
          [name, value],
        ],
      });
    const long = await asking("keywords[]", "x".repeat(50));
    const webhook = await asking("webhook", "true");
    const threshold = await asking("diarization_threshold", "0.3");
    expect(
      [long, webhook, threshold].map(({ status, body }) => [status, JSON.parse(body).error.param]),
    ).toEqual([
      [400, "keywords"],
      [400, "webhook"],
      [400, "diarization_threshold"],
    ]);
    expect(calls().length).toBe(before);
  });

  test.each([
    ["misspelt", "scribe_v9"],
    ["wrong-key", "Invalid API key"],
  ])("tells an operator's mistake as one: %s", async (model, words) => {
    const { status, body } = await askProxy({
      fields: [
        ["model", model],
        ["url", url],
      ],
    });
    expect(status).toBe(502);
    expect(body).toContain(words);
    expect(body).not.toContain("xi-test");
  });
});
