import { TranscriptionError } from "@earshot/core";
import type { OptionValue, TranscriptionRequest } from "@earshot/core";
import { createAudioSample, createRequest } from "@earshot/provider-testkit";
import { describe, expect, test } from "vitest";
import { toDeepgramRequest, toVocabularyParameters } from "./to-deepgram-request.ts";
import type { DeepgramRequest } from "./to-deepgram-request.ts";

const target = {
  baseUrl: "https://api.deepgram.com",
  headers: { authorization: "Token deepgram-test" },
  detection: "detect_language",
} as const;

const requestOf = (
  patch: Partial<TranscriptionRequest> = {},
  baseUrl: string = target.baseUrl,
): DeepgramRequest =>
  toDeepgramRequest({ ...target, baseUrl }, createRequest(patch.model ?? "nova-3", patch));

const queryOf = (patch: Partial<TranscriptionRequest>): string =>
  new URL(requestOf(patch).call.url).search.replace("?model=nova-3&detect_language=true", "");

const withOptions = (options: Record<string, OptionValue>): string => queryOf({ options });

test("always says which model, since Deepgram's default is its oldest", () => {
  expect(requestOf({ model: "nova-2" }).call.url).toBe(
    "https://api.deepgram.com/v1/listen?model=nova-2&detect_language=true&smart_format=true&punctuate=true",
  );
});

test("keeps a query of the address", () => {
  const { url } = requestOf({}, "https://proxy.example?tenant=a").call;
  expect(url).toMatch(/^https:\/\/proxy\.example\/v1\/listen\?tenant=a&model=nova-3&/u);
});

describe("formatting is on", () => {
  test.each([
    [{}, "&smart_format=true&punctuate=true"],
    [{ smart_format: false }, "&punctuate=true&smart_format=false"],
    [{ punctuate: false }, "&punctuate=false"],
    [{ punctuate: true }, "&smart_format=true&punctuate=true"],
    [{ punctuate: false, smart_format: true }, "&punctuate=false&smart_format=true"],
  ])("unless the client turns it off: %j", (options, query) => {
    expect(withOptions(options)).toBe(query);
  });
});

describe("utterances", () => {
  test.each([
    [{ responseFormat: "json" }, false],
    [{ responseFormat: "text" }, false],
    [{ responseFormat: "srt" }, true],
    [{ responseFormat: "vtt" }, true],
    [{ responseFormat: "verbose_json" }, true],
    [{ responseFormat: "verbose_json", timestampGranularities: ["word"] }, false],
    [{ responseFormat: "diarized_json" }, true],
    [{ diarize: true }, true],
    [{ options: { multichannel: true } }, true],
    [{ options: { diarize: true } }, true],
  ] as const)("are asked for with %j: %s", (patch, expected) => {
    expect(queryOf(patch).includes("utterances=true")).toBe(expected);
  });

  test("are the client's choice", () => {
    const query = queryOf({ responseFormat: "srt", options: { utterances: false } });
    expect(query).toContain("utterances=false");
    expect(query).not.toContain("utterances=true");
  });
});

describe("speakers", () => {
  test.each([
    [{ responseFormat: "diarized_json" }, ["diarize_model=latest"]],
    [{ diarize: true }, ["diarize_model=latest"]],
    [{ options: { diarize: true } }, ["diarize_model=latest"]],
    [{ diarize: true, options: { diarize_model: "v1" } }, ["diarize_model=v1"]],
    [{ options: { diarize: true, diarize_model: "v1" } }, ["diarize_model=v1"]],
    [{ responseFormat: "diarized_json", options: { diarize: false } }, ["diarize_model=latest"]],
    [{ options: { diarize: false } }, ["diarize=false"]],
    [{}, []],
  ] as const)("%j are asked for as %j", (patch, expected) => {
    expect(queryOf(patch).match(/diarize[^&]*/gu) ?? []).toEqual(expected);
  });
});

test("repeats the key of a list and escapes values", () => {
  expect(withOptions({ replace: ["a b:c&d"], redact: ["pci", "pii"] })).toContain(
    "&replace=a%20b%3Ac%26d&redact=pci&redact=pii",
  );
});

test("sends what is no audio type as bytes, never as JSON", () => {
  const audio = createAudioSample({ overrides: { mediaType: "application/json" } }).file;
  expect(requestOf({ audio }).call.body).toMatchObject({
    type: "raw",
    contentType: "application/octet-stream",
  });
  const ogg = createAudioSample({ overrides: { mediaType: "application/ogg" } }).file;
  expect(requestOf({ audio: ogg }).call.body).toMatchObject({ contentType: "application/ogg" });
});

test("names what Deepgram has no parameter for", () => {
  const { warnings } = requestOf({
    model: "whisper",
    prompt: "Zugspitze",
    temperature: 0,
    include: ["logprobs"],
    keywords: ["Zugspitze"],
    chunkingStrategy: { type: "server_vad" },
  });
  expect(warnings.map(({ param }) => param)).toEqual([
    "prompt",
    "keywords",
    "temperature",
    "chunking_strategy",
    "include",
  ]);
});

describe("refuses", () => {
  test.each(["callback", "callback_method"])("%s, which would leave no transcript", (name) => {
    const options = { [name]: "https://callback.example/" };
    expect(() => requestOf({ options })).toThrow(/answer without one/u);
  });

  test("Flux, which serves live streams only", () => {
    expect(() => requestOf({ model: "flux-general-multi" })).toThrow(/live streams only/u);
  });

  test("Whisper on the EU host", () => {
    const whisper = { model: "whisper-large" };
    expect(() => requestOf(whisper, "https://api.eu.deepgram.com")).toThrow(/no Whisper models/u);
    expect(() => requestOf(whisper, "https://api.eu.deepgram.com.example")).not.toThrow();
    expect(() => requestOf({}, "https://api.eu.deepgram.com")).not.toThrow();
  });
});

type Options = Readonly<Record<string, readonly string[]>>;

const parametersOf = (model: string, keywords: readonly string[], options: Options = {}) =>
  toVocabularyParameters({ model, keywords, options });

const errorOf = (run: () => unknown): TranscriptionError => {
  try {
    run();
  } catch (error) {
    if (TranscriptionError.is(error)) return error;
  }
  throw new Error("Nothing was refused.");
};

test.each([
  ["nova-3", "keyterm"],
  ["nova-3-medical", "keyterm"],
  ["nova-2", "keywords"],
  ["nova-2-medical", "keywords"],
  ["our-custom-model", "keywords"],
])("%s gets each term as a %s of its own", (model, name) => {
  expect(parametersOf(model, ["Earshot", " Zugspitze "])).toEqual([
    [name, "Earshot"],
    [name, "Zugspitze"],
  ]);
});

test("Whisper gets none", () => {
  expect(parametersOf("whisper-large", ["Earshot"])).toEqual([]);
});

test("options add to the field", () => {
  expect(parametersOf("nova-3", ["Earshot"], { keyterm: ["customer service"] })).toEqual([
    ["keyterm", "Earshot"],
    ["keyterm", "customer service"],
  ]);
  expect(parametersOf("nova-2", ["Earshot"], { keywords: ["Zugspitze:1.5"] })).toEqual([
    ["keywords", "Earshot"],
    ["keywords", "Zugspitze:1.5"],
  ]);
});

describe("refuses", () => {
  test.each([
    ["Earshot:2", "keywords", {}],
    ["Earshot: 0.5", "keywords", {}],
    ["Earshot", "keyterm", { keyterm: ["Zugspitze:-1"] }],
  ])("a weight for a key term (%s in %s)", (term, param, options) => {
    const error = errorOf(() => parametersOf("nova-3", [term], options));
    expect(error).toMatchObject({ code: "invalid_request", param });
    expect(error.message).toContain("Send the term alone");
  });

  test.each(["Earshot:high", ":2", "a:b:2"])("a keyword with a strange boost (%s)", (term) => {
    expect(errorOf(() => parametersOf("nova-2", [term]))).toMatchObject({
      code: "invalid_request",
      param: "keywords",
    });
  });

  test.each(["two\nlines", " "])("a broken term among the options (%j)", (term) => {
    expect(errorOf(() => parametersOf("nova-3", [], { keyterm: [term] }))).toMatchObject({
      code: "invalid_request",
      param: "keyterm",
    });
  });

  test.each([
    ["nova-2", "keyterm", "Send `keywords`"],
    ["nova-3", "keywords", "Send `keyterm`"],
    ["whisper", "keyterm", "no vocabulary"],
  ])("for %s the option %s, which is another model's", (model, name, hint) => {
    const error = errorOf(() => parametersOf(model, [], { [name]: ["Earshot"] }));
    expect(error).toMatchObject({ code: "unsupported_feature", param: name });
    expect(error.message).toContain(hint);
  });

  test("more than Deepgram takes", () => {
    const many = Array.from({ length: 101 }, (_, index) => `Zugspitze${index}`);
    expect(errorOf(() => parametersOf("nova-2", many)).message).toContain("100 keywords");
    expect(parametersOf("nova-3", many)).toHaveLength(101);
    const longer = many.map((term) => `${term} and four more words`);
    expect(errorOf(() => parametersOf("nova-3", longer))).toMatchObject({ param: "keywords" });
  });
});

test.each(["16:9", "Matthew 5:3", "ISO 8601", "C++: The Guide"])(
  "%s is a key term, not a weight",
  (term) => {
    expect(parametersOf("nova-3", [term])).toEqual([["keyterm", term]]);
  },
);
