import { createRequest } from "@earshot/provider-testkit";
import type { RequestPatch } from "@earshot/provider-testkit";
import { describe, expect, it } from "vitest";
import { toMistralCall } from "./to-mistral-request.ts";

const server = { baseUrl: "https://api.mistral.ai/v1", headers: { authorization: "Bearer test" } };
const VOXTRAL_3 = "voxtral-mini-transcribe-3-0";
const VOXTRAL_2 = "voxtral-mini-2602";

const callFor = (patch: RequestPatch = {}, model = VOXTRAL_3) =>
  toMistralCall(server, createRequest(model, patch));

const fieldsOf = (patch: RequestPatch = {}, model?: string) => {
  const { body } = callFor(patch, model).call;
  return body.type === "multipart" ? body.fields : [];
};

const valuesOf = (name: string, patch: RequestPatch, model?: string) =>
  fieldsOf(patch, model)
    .filter(([key]) => key === name)
    .map(([, value]) => value);

const warnedOf = (patch: RequestPatch, model?: string) =>
  callFor(patch, model).warnings.map(({ param }) => param);

describe("the call to Mistral", () => {
  it("asks Voxtral 3 for the language and for no times that nobody needs", () => {
    const { call, warnings } = callFor();
    expect(call).toMatchObject({
      method: "POST",
      url: "https://api.mistral.ai/v1/audio/transcriptions",
      headers: { authorization: "Bearer test" },
      body: {
        fields: [
          ["model", VOXTRAL_3],
          ["return_language", "true"],
        ],
        file: { name: "file" },
      },
    });
    expect(warnings).toEqual([]);
    expect(fieldsOf({}, VOXTRAL_2)).toEqual([["model", VOXTRAL_2]]);
  });

  it.each<{ what: string; patch: RequestPatch; granularity?: string; model?: string }>([
    { what: "segments for subtitles", patch: { responseFormat: "srt" }, granularity: "segment" },
    { what: "segments for speakers", patch: { diarize: true }, granularity: "segment" },
    { what: "nothing for text", patch: { responseFormat: "text" } },
    {
      what: "segments where words are unknown",
      patch: { responseFormat: "verbose_json", timestampGranularities: ["word"] },
      granularity: "segment",
    },
    {
      what: "words, of which Earshot makes the segments",
      patch: { responseFormat: "verbose_json", timestampGranularities: ["word", "segment"] },
      granularity: "word",
      model: VOXTRAL_2,
    },
    {
      what: "segments for speakers, whatever else",
      patch: { responseFormat: "verbose_json", timestampGranularities: ["word"], diarize: true },
      granularity: "segment",
      model: VOXTRAL_2,
    },
  ])("asks for $what, once and under the plain name", ({ patch, granularity, model }) => {
    const sent = granularity === undefined ? [] : [granularity];
    expect(valuesOf("timestamp_granularities", patch, model)).toEqual(sent);
    expect(callFor(patch, model).granularity).toBe(granularity);
  });

  it("says so when speakers take the place of words", () => {
    const patch: RequestPatch = {
      responseFormat: "verbose_json",
      timestampGranularities: ["word"],
      diarize: true,
    };
    expect(warnedOf(patch, VOXTRAL_2)).toEqual(["timestamp_granularities"]);
  });
});

describe("the language", () => {
  it("goes out as two letters", () => {
    expect(valuesOf("language", { languages: ["en-US"] })).toEqual(["en"]);
    expect(valuesOf("return_language", { languages: ["en-US"] })).toEqual([]);
  });

  it.each<{ patch: RequestPatch; model?: string; param: string }>([
    { patch: { languages: ["haw"] }, param: "language" },
    { patch: { languages: ["en", "de"] }, param: "languages" },
    { patch: { languages: ["en"], responseFormat: "srt" }, model: VOXTRAL_2, param: "language" },
    {
      patch: { languages: ["en"], responseFormat: "srt" },
      model: "voxtral-mini-2507",
      param: "language",
    },
  ])("is detected, with a warning, for $patch $model", ({ patch, model, param }) => {
    expect(valuesOf("language", patch, model)).toEqual([]);
    expect(warnedOf(patch, model)).toEqual([param]);
  });

  it("stands beside times with Voxtral 3", () => {
    const patch: RequestPatch = { languages: ["en"], responseFormat: "srt" };
    expect(valuesOf("language", patch)).toEqual(["en"]);
    expect(warnedOf(patch)).toEqual([]);
  });

  it("is told or asked for, not both", () => {
    const patch: RequestPatch = { languages: ["en"], options: { return_language: true } };
    expect(valuesOf("return_language", patch)).toEqual([]);
    expect(warnedOf(patch)).toEqual(["return_language"]);
  });

  it("is not asked for when the client does not want that", () => {
    expect(valuesOf("return_language", { options: { return_language: false } })).toEqual(["false"]);
  });
});

describe("terms", () => {
  const patch: RequestPatch = {
    keywords: ["Sankt Gallen"],
    options: { context_bias: ["Loreley", "Sankt Gallen"] },
  };

  it("go out as they are, each once", () => {
    expect(valuesOf("context_bias", patch)).toEqual(["Sankt Gallen", "Loreley"]);
  });

  it("have no spaces before version 3", () => {
    expect(valuesOf("context_bias", patch, VOXTRAL_2)).toEqual(["Sankt_Gallen", "Loreley"]);
  });

  it("are left out, with a warning, by the first version", () => {
    expect(valuesOf("context_bias", { keywords: ["Loreley"] }, "voxtral-mini-2507")).toEqual([]);
    expect(warnedOf({ keywords: ["Loreley"] }, "voxtral-mini-2507")).toEqual(["keywords"]);
  });
});

describe("the audio", () => {
  const audio = { type: "url", url: "https://audio.example/talk.mp3" } as const;

  it("may be a URL that Mistral fetches", () => {
    expect(valuesOf("file_url", { audio })).toEqual([audio.url]);
    expect(callFor({ audio }).call.body).not.toHaveProperty("file");
  });

  it("may be a file that Mistral has", () => {
    const options = { file_id: "5e2f" };
    expect(valuesOf("file_id", { options })).toEqual(["5e2f"]);
    expect(callFor({ options }).call.body).not.toHaveProperty("file");
    expect(valuesOf("file_url", { audio, options })).toEqual([]);
  });
});

it.each<[RequestPatch, string]>([
  [{ prompt: "Zugspitze" }, "prompt"],
  [{ include: ["logprobs"] }, "include"],
  [{ chunkingStrategy: { type: "server_vad" } }, "chunking_strategy"],
])("what Mistral has no field for brings a warning: %j", (patch, param) => {
  expect(warnedOf(patch)).toEqual([param]);
});

const terms = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `term${index}`);

const urlOf = (length: number): RequestPatch => {
  const start = "https://audio.example/";
  return { audio: { type: "url", url: start + "x".repeat(length - start.length) } };
};

describe("what Mistral would refuse", () => {
  it.each<{ patch: RequestPatch; model?: string; param: string; code?: string }>([
    {
      patch: { keywords: terms(101) },
      model: VOXTRAL_2,
      param: "keywords",
      code: "unsupported_feature",
    },
    {
      patch: { keywords: ["one more"], options: { context_bias: terms(100) } },
      model: "voxtral-mini-2602",
      param: "context_bias",
    },
    {
      patch: { options: { context_bias: ["Uri, Schwyz"] } },
      model: "voxtral-mini-2602",
      param: "context_bias",
    },
    {
      patch: { keywords: ["Uri, Schwyz"] },
      model: "voxtral-mini-latest",
      param: "keywords",
      code: "unsupported_feature",
    },
    { patch: urlOf(2084), param: "url" },
    {
      patch: { languages: ["sv"] },
      model: "voxtral-mini-2602",
      param: "language",
      code: "unsupported_feature",
    },
    {
      patch: {},
      model: "voxtral-mini-transcribe-realtime-3-0",
      param: "model",
      code: "unsupported_feature",
    },
  ])("is refused before anything is sent: $param $model", ({ patch, model, param, code }) => {
    expect(() => callFor(patch, model)).toThrow(
      expect.objectContaining({ code: code ?? "invalid_request", param, provider: "mistral" }),
    );
  });

  it.each<[RequestPatch, string?]>([
    [{ keywords: [...terms(150), "Uri, Schwyz"] }],
    [{ keywords: terms(100) }, "voxtral-mini-2602"],
    [urlOf(2083)],
    [{ languages: ["sv"] }],
    [{ languages: ["de-CH"] }, "voxtral-mini-2602"],
  ])("is not this: %#", (patch, model) => {
    expect(() => callFor(patch, model)).not.toThrow();
  });
});
