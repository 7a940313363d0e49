import { queryValues } from "@earshot/provider-testkit";
import type { FakeAnswer, RecordedCall } from "@earshot/provider-testkit/upstream";
import { describe, expect, test } from "vitest";
import { sha256 } from "../test-proxy.ts";
import {
  KENNEDY,
  KENNEDY_SECONDS,
  KENNEDY_SEGMENTS,
  KENNEDY_VERBOSE,
  KENNEDY_WORDS,
  kennedySpeech,
} from "./kennedy.ts";
import {
  BOTH_GRANULARITIES,
  expectStreamInOnePiece,
  speech,
  vendorBehindProxy,
} from "./vendor-behind-proxy.ts";
import type { Fields } from "./vendor-behind-proxy.ts";

const SWITCHES = ["smart_format", "punctuate", "utterances", "diarize", "multichannel"];
const PARAMETERS = new Set([
  ...SWITCHES,
  "model",
  "language",
  "language_hint",
  "detect_language",
  "diarize_model",
  "keyterm",
  "keywords",
  "redact",
  "tag",
]);
const SINGLE = new Set(["model", "language", "diarize_model", ...SWITCHES]);

/** What Deepgram refuses about the body; undefined when it takes it. */
const objectionToBody = ({ body, headers }: RecordedCall): string | undefined => {
  const type = headers["content-type"] ?? "";
  if (body.type === "json") {
    const { value } = body;
    const isUrl = typeof value === "object" && value !== null && "url" in value;
    return isUrl
      ? undefined
      : "Content-type was application/json, but we could not process the JSON payload.";
  }
  if (body.type !== "raw" || !/^(?:audio|video)\//u.test(type))
    return "Bad Request: failed to process audio: corrupt or unsupported data";
  return body.sizeBytes === 0 ? "Bad Request: no audio data" : undefined;
};

const objectionToQuery = (call: RecordedCall): string | undefined => {
  const names = call.query.map(([name]) => name);
  const stranger = names.find((name) => !PARAMETERS.has(name));
  if (stranger !== undefined)
    return `Failed to deserialize query parameters: unknown field \`${stranger}\``;
  const repeated = names.find((name, index) => SINGLE.has(name) && names.indexOf(name) < index);
  if (repeated !== undefined)
    return `Failed to deserialize query parameters: duplicate field \`${repeated}\``;
  const [model = "base-general"] = queryValues(call, "model");
  const isNova3 = model.startsWith("nova-3");
  if (names.includes("keyterm") && !isNova3) return "Keyterms are only available for Nova-3.";
  if (names.includes("keywords") && isNova3)
    return "Keywords are not supported for Nova-3. Please use `keyterm` instead.";
  const wrong = SWITCHES.find((name) =>
    queryValues(call, name).some((value) => value !== "true" && value !== "false"),
  );
  if (wrong !== undefined)
    return `Failed to deserialize query parameters: \`${wrong}\` is no boolean`;
  return model === "base-general" || /^(?:nova-[23]|whisper)/u.test(model)
    ? undefined
    : "Bad Request: No such model/language/tier combination found.";
};

const isOn = (call: RecordedCall, name: string): boolean =>
  queryValues(call, name).includes("true");

const plain = (text: string): string => text.toLowerCase().replace(/[^a-z ]/gu, "");

/** As Deepgram writes it: what is not asked for is not there. */
const serve = (call: RecordedCall): FakeAnswer => {
  const punctuates = isOn(call, "punctuate") || isOn(call, "smart_format");
  const detects = queryValues(call, "detect_language").some((value) => value !== "false");
  const diarizes = queryValues(call, "diarize_model").length > 0;
  const written = (text: string): string => (punctuates ? text : plain(text));
  const speakerAt = (start: number): { speaker?: number } =>
    diarizes ? { speaker: start < 7.66 ? 0 : 1 } : {};
  const words = KENNEDY_WORDS.map(({ word, start, end }) => ({
    word: plain(word),
    start,
    end,
    confidence: 0.99,
    ...speakerAt(start),
    ...(punctuates ? { punctuated_word: word } : {}),
  }));
  const utterances = KENNEDY_SEGMENTS.map(({ text, start, end }, index) => ({
    start,
    end,
    confidence: 0.99,
    channel: 0,
    transcript: written(text),
    words: words.filter((word) => word.start >= start && word.end <= end),
    ...speakerAt(start),
    id: `00000000-0000-4000-8000-00000000000${index}`,
  }));
  return {
    headers: { "dg-request-id": "019de3d2-0000-7000-8000-000000000000" },
    body: {
      metadata: {
        transaction_key: "deprecated",
        request_id: "019de3d2-0000-7000-8000-000000000000",
        created: "2026-11-20T09:30:00.000Z",
        duration: KENNEDY_SECONDS,
        channels: 1,
      },
      results: {
        channels: [
          {
            alternatives: [{ transcript: written(KENNEDY), confidence: 0.99, words }],
            ...(detects ? { detected_language: "en", language_confidence: 0.99 } : {}),
          },
        ],
        ...(isOn(call, "utterances") ? { utterances } : {}),
      },
    },
  };
};

const deepgram = (call: RecordedCall): FakeAnswer => {
  const refuse = (status: number, err_code: string, err_msg: string): FakeAnswer => ({
    status,
    body: { err_code, err_msg, request_id: "019de3d2-0000-7000-8000-000000000001" },
  });
  if (call.headers["authorization"] !== "Token deepgram-test-upstream")
    return refuse(401, "INVALID_AUTH", "Invalid credentials.");
  if (call.path !== "/v1/listen") return refuse(404, "NOT_FOUND", "Not found.");
  const objection = objectionToBody(call) ?? objectionToQuery(call);
  return objection === undefined ? serve(call) : refuse(400, "Bad Request", objection);
};

/** Made of the words, which Deepgram always times: a cue may end inside an utterance. */
const SRT = `1
00:00:00,000 --> 00:00:05,680
And so my fellow Americans,
ask not what your country

2
00:00:05,680 --> 00:00:10,600
can do for you, ask what
you can do for your country.

`;
const VTT = `WEBVTT\n\n${SRT.replaceAll(/^\d+\n/gmu, "").replaceAll(/(\d),(\d)/gu, "$1.$2")}`;

const { ask, askProxy, calls, lastCall } = vendorBehindProxy(
  deepgram,
  (url) => `
- model_name: whisper-1
  litellm_params: &deepgram
    model: deepgram/nova-3
    api_key: deepgram-test-upstream
    api_base: ${url}/v1
- model_name: older
  litellm_params:
    <<: *deepgram
    model: deepgram/nova-2
- model_name: mixed
  litellm_params:
    <<: *deepgram
    language_detection: multi
    tag: [earshot]
- model_name: live
  litellm_params:
    <<: *deepgram
    model: deepgram/flux-general-en
`,
);

describe.skipIf(kennedySpeech === undefined)("Deepgram behind the proxy answers", () => {
  test("json, with the audio as it is and the language to be found out", async () => {
    const { status, body } = await ask("json");
    expect([status, JSON.parse(body)]).toEqual([
      200,
      {
        text: KENNEDY,
        languages: [{ code: "en" }],
        usage: { type: "duration", seconds: KENNEDY_SECONDS },
      },
    ]);
    const call = lastCall();
    expect(call.headers["content-type"]).toBe("audio/wav");
    expect(call.body).toMatchObject({ type: "raw", sha256: sha256(speech) });
    expect(call.query).toEqual([
      ["model", "nova-3"],
      ["detect_language", "true"],
      ["smart_format", "true"],
      ["punctuate", "true"],
    ]);
  });

  test("text", async () => {
    const { body, headers } = await ask("text");
    expect(headers.get("content-type")).toMatch(/^text\/plain/u);
    expect(body).toBe(`${KENNEDY}\n`);
  });

  test("srt and vtt", async () => {
    expect((await ask("srt")).body).toBe(SRT);
    expect((await ask("vtt")).body).toBe(VTT);
    expect(queryValues(lastCall(), "utterances")).toEqual(["true"]);
  });

  test("verbose_json as whisper-1 does", async () => {
    const { body } = await ask("verbose_json", BOTH_GRANULARITIES);
    expect(JSON.parse(body)).toMatchObject({
      ...KENNEDY_VERBOSE,
      segments: KENNEDY_SEGMENTS.map(({ text, ...times }, id) => ({
        id,
        ...times,
        text: ` ${text}`,
      })),
      usage: { type: "duration", seconds: KENNEDY_SECONDS },
    });
  });

  test("diarized_json with letters for the numbers", async () => {
    const { body } = await ask("diarized_json");
    const [first, second, third] = KENNEDY_SEGMENTS;
    expect(JSON.parse(body)).toMatchObject({
      text: KENNEDY,
      segments: [
        { ...first, speaker: "A" },
        { ...second, speaker: "A" },
        { ...third, speaker: "B" },
      ],
    });
    expect(queryValues(lastCall(), "diarize_model")).toEqual(["latest"]);
  });

  test("a stream, in one piece", async () => {
    expectStreamInOnePiece(await ask("json", [["stream", "true"]]));
  });
});

describe("Deepgram behind the proxy", () => {
  const url = (model: string): Fields => [
    ["model", model],
    ["url", "https://audio.example/talk.mp3"],
  ];

  test("fetches URLs by itself", async () => {
    const { status } = await askProxy({ fields: url("whisper-1") });
    expect(status).toBe(200);
    expect(lastCall().body).toEqual({
      type: "json",
      value: { url: "https://audio.example/talk.mp3" },
    });
  });

  test("gets its own parameters as form fields, as LiteLLM's clients send them", async () => {
    const fields: Fields = [
      ...url("whisper-1"),
      ["language", "pt-BR"],
      ["diarize", "true"],
      ["smart_format", "false"],
      ["keyterm", "Earshot"],
      ["keyterm", "diarization"],
      ["redact", "pci"],
    ];
    expect((await askProxy({ fields })).status).toBe(200);
    expect(lastCall().query).toEqual([
      ["model", "nova-3"],
      ["language", "pt-BR"],
      ["punctuate", "true"],
      ["utterances", "true"],
      ["diarize_model", "latest"],
      ["keyterm", "Earshot"],
      ["keyterm", "diarization"],
      ["smart_format", "false"],
      ["redact", "pci"],
    ]);
  });

  test("gets OpenAI's keywords in the way of each model", async () => {
    const keywords: Fields = [["keywords[]", "Earshot"]];
    await askProxy({ fields: [...url("whisper-1"), ...keywords] });
    expect(queryValues(lastCall(), "keyterm")).toEqual(["Earshot"]);
    await askProxy({ fields: [...url("older"), ...keywords] });
    expect(queryValues(lastCall(), "keywords")).toEqual(["Earshot"]);
  });

  test("takes settings and options from the config", async () => {
    await askProxy({ fields: url("mixed") });
    expect(queryValues(lastCall(), "language")).toEqual(["multi"]);
    expect(queryValues(lastCall(), "tag")).toEqual(["earshot"]);
  });

  test("warns about a prompt, which it does not have", async () => {
    const { status, headers } = await askProxy({
      fields: [...url("whisper-1"), ["prompt", "Zugspitze"]],
    });
    expect(status).toBe(200);
    expect(headers.get("x-earshot-warnings")).toContain("prompt");
  });

  test.each([
    ["keyterm", [["keyterm", "Earshot:2"]]],
    ["callback", [["callback", "https://callback.example/"]]],
    ["keywords", [["keywords[]", "two\nlines"]]],
    ["language", [["language", "haw"]]],
  ] as const)("is not asked for a bad %s", async (param, fields) => {
    const before = calls().length;
    const { status, body } = await askProxy({ fields: [...url("whisper-1"), ...fields] });
    expect([status, JSON.parse(body)]).toMatchObject([400, { error: { param } }]);
    expect(calls().length).toBe(before);
  });

  test("is not asked for a model that serves live streams only", async () => {
    const before = calls().length;
    const { status, body } = await askProxy({ fields: url("live") });
    expect([status, JSON.parse(body)]).toMatchObject([400, { error: { param: "model" } }]);
    expect(body).toContain("live streams only");
    expect(calls().length).toBe(before);
  });
});
