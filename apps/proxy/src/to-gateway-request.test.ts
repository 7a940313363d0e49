import type { AudioFile } from "@earshot/core";
import { describe, expect, test } from "vitest";
import { addField } from "./ingest/form-text.ts";
import { toGatewayRequest, wantsStream } from "./to-gateway-request.ts";

const audio: AudioFile = {
  type: "file",
  fileName: "talk.wav",
  mediaType: "audio/wav",
  sizeBytes: 0,
  durationSeconds: undefined,
  open: async function* () {},
};

const read = (...fields: readonly (readonly [string, string])[]) => {
  const map = new Map<string, string[]>();
  for (const [name, value] of [["model", "whisper"], ...fields] as const)
    addField(map, name, value);
  return toGatewayRequest(map, {
    audio,
    task: "transcribe",
    pathModel: undefined,
    signal: new AbortController().signal,
  });
};

describe("lists come in every encoding of real clients", () => {
  test.each([
    [
      "x[] repeated",
      [
        ["timestamp_granularities[]", "word"],
        ["timestamp_granularities[]", "segment"],
      ],
    ],
    [
      "x repeated",
      [
        ["timestamp_granularities", "word"],
        ["timestamp_granularities", "segment"],
      ],
    ],
    ["JSON text", [["timestamp_granularities", '["word","segment"]']]],
    ["commas", [["timestamp_granularities[]", "word,segment"]]],
    [
      "x[0], x[1]",
      [
        ["timestamp_granularities[0]", "word"],
        ["timestamp_granularities[1]", "segment"],
      ],
    ],
  ] as const)("%s", (_, fields) => {
    expect(read(...fields).timestampGranularities).toEqual(["word", "segment"]);
  });

  test("a provider's own list may be numbered, too", () => {
    const { extra } = read(["keyterm[0]", "Ada"], ["keyterm[1]", "Grace"]);
    expect(extra).toEqual({ keyterm: ["Ada", "Grace"] });
  });

  test("keywords keep their commas", () => {
    expect(read(["keywords[]", "Paris, Texas"], ["keywords[]", "Ada"]).keywords).toEqual([
      "Paris, Texas",
      "Ada",
    ]);
  });
});

test.each(["__proto__", "constructor", "toString"])("a field may be called %s", (name) => {
  const { extra = {} } = read([name, "x"]);
  expect(Object.entries(extra)).toEqual([[name, ["x"]]]);
  const inner = read([`${name}[polluted]`, "1"]).extra ?? {};
  expect(Object.entries(inner)).toEqual([[name, { polluted: 1 }]]);
  expect("polluted" in inner).toBe(false);
});

describe("chunking_strategy comes in every encoding", () => {
  const vad = { type: "server_vad", threshold: 0.5, silence_duration_ms: 200 };
  test.each([
    ["the word", [["chunking_strategy", "auto"]], "auto"],
    ["JSON text", [["chunking_strategy", JSON.stringify(vad)]], vad],
    [
      "brackets",
      [
        ["chunking_strategy[type]", "server_vad"],
        ["chunking_strategy[threshold]", "0.5"],
        ["chunking_strategy[silence_duration_ms]", "200"],
      ],
      vad,
    ],
  ] as const)("%s", (_, fields, expected) => {
    expect(read(...fields).chunkingStrategy).toEqual(expected);
  });
});

test.each([
  ["true", true],
  ["True", true],
  ["1", true],
  ["false", false],
  ["0", false],
  ["", false],
  ["null", false],
])("stream=%s means %s", (value, expected) => {
  expect(wantsStream(new Map([["stream", [value]]]))).toBe(expected);
});

test("empty fields count as absent, as many clients send them", () => {
  const request = read(
    ["language", ""],
    ["prompt", ""],
    ["response_format", ""],
    ["temperature", ""],
  );
  expect(request).toMatchObject({
    language: undefined,
    prompt: undefined,
    responseFormat: undefined,
    temperature: undefined,
  });
});

test("speakers are paired with their reference clips", () => {
  const clip = "data:audio/wav;base64,AAAA";
  expect(
    read(["known_speaker_names[]", "Ada"], ["known_speaker_references[]", clip]).knownSpeakers,
  ).toEqual([{ name: "Ada", reference: clip }]);
});

test("fields that only a provider knows become its options, lists and objects included", () => {
  expect(
    read(
      ["smart_format", "true"],
      ["keyterm", "Ada"],
      ["keyterm", "Babbage"],
      ["vad[threshold]", "0.3"],
    ).extra,
  ).toEqual({
    smart_format: ["true"],
    keyterm: ["Ada", "Babbage"],
    vad: { threshold: 0.3 },
  });
});

test("options for one provider come as JSON", () => {
  expect(read(["provider_options", '{"deepgram":{"smart_format":true}}']).providerOptions).toEqual({
    deepgram: { smart_format: true },
  });
});

test("the routing fields of LiteLLM's clients are understood", () => {
  expect(
    read(
      ["fallbacks[]", "backup"],
      ["num_retries", "0"],
      ["timeout", "1.5"],
      ["tags", "eu,fast"],
      ["user", "x"],
    ),
  ).toMatchObject({
    fallbacks: ["backup"],
    numRetries: 0,
    timeoutMs: 1500,
    tags: ["eu", "fast"],
    extra: {},
  });
});

test.each([
  ["num_retries", "-1"],
  ["num_retries", "1.5"],
  ["num_retries", "1000000"],
  ["timeout", "1e300"],
  ["fallbacks", '[{"model":"backup"}]'],
  ["model", "x".repeat(300)],
])("%s=%s is refused", (name, value) => {
  expect(() => read([name, value])).toThrow(expect.objectContaining({ param: name }));
});

test("null counts as absent, as openai's SDK writes it", () => {
  const request = read(
    ["language", "null"],
    ["response_format", "null"],
    ["timestamp_granularities[]", "null"],
  );
  expect(request).toMatchObject({ language: undefined, responseFormat: undefined });
  expect(request.timestampGranularities).toEqual([]);
});

describe("fields with keys in brackets", () => {
  test("belong to the name in front, whatever stands between them", () => {
    const { extra } = read(["x[a]", "1"], ["other", "2"], ["x[b]", "true"], ["y[a][b]", "3"]);
    expect(extra).toEqual({ x: { a: 1, b: true }, other: ["2"], y: { "a][b": 3 } });
  });

  // Where all fields are looked through for every name, this takes minutes.
  test("are read in one walk along the form", () => {
    const names = Array.from({ length: 60_000 }, (_, index) => [`x${index}[a]`, "1"] as const);
    const keys = Array.from({ length: 60_000 }, (_, index) => [`y[${index}]`, "1"] as const);
    const { extra = {} } = read(
      ...names,
      ...keys.map(([key, value]) => [`${key}z]`, value] as const),
    );
    expect(Object.keys(extra)).toHaveLength(60_001);
  });
});
