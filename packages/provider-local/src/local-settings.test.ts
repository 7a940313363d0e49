import type { Asked } from "@earshot/core";
import { capabilitiesOf, toIsoLanguage } from "@earshot/core";
import type { OptionValue } from "@earshot/core";
import { plainlyAsked } from "@earshot/core/testing";
import { checkRequest } from "@earshot/provider-kit";
import { describe, expect, it } from "vitest";
import { capabilitiesOfModel, capabilitiesOfSettings, languagePlan } from "./local-capabilities.ts";
import { engineOfEnvironment, LOCAL_SETTINGS, readLocalSettings } from "./local-settings.ts";
import { MODEL_FAMILIES, MODEL_TYPES, WHISPER_LANGUAGES } from "./model-families.ts";

describe("readLocalSettings", () => {
  it("has defaults for everything", () => {
    expect(readLocalSettings({})).toEqual({
      maxQueue: 32,
      maxQueueSeconds: 28_800,
      maxAudioSeconds: 14_400,
    });
  });

  it("reads every setting that it declares", () => {
    const extra: Record<string, OptionValue> = {
      model_dir: "/models",
      model_type: "whisper",
      languages: ["English", "de-AT"],
      engine: "wasm",
      max_concurrency: 3,
      num_threads: 2,
      max_queue: 0,
      max_queue_seconds: 0,
      max_audio_seconds: 60,
    };
    expect(Object.keys(extra).toSorted()).toEqual(Object.keys(LOCAL_SETTINGS).toSorted());
    expect(readLocalSettings(extra)).toEqual({
      modelDir: "/models",
      modelType: "whisper",
      languages: ["en", "de"],
      engine: "wasm",
      maxConcurrency: 3,
      numThreads: 2,
      maxQueue: 0,
      maxQueueSeconds: 0,
      maxAudioSeconds: 60,
    });
  });

  it.each<[string, OptionValue]>([
    ["model_dir", ""],
    ["model_type", "gpt"],
    ["languages", ["klingonese"]],
    ["languages", []],
    ["engine", "gpu"],
    ["max_concurrency", 0],
    ["num_threads", 1.5],
    ["max_queue", -1],
    ["max_queue_seconds", -1],
    ["max_audio_seconds", 0],
    ["max_audio_seconds", 1.5],
  ])("refuses %s = %j and names it", (name, value) => {
    expect(() => readLocalSettings({ [name]: value })).toThrow(
      expect.objectContaining({
        code: "invalid_request",
        param: name,
        message: expect.stringContaining(name),
      }),
    );
  });
});

describe("engineOfEnvironment", () => {
  it("reads the variable", () => {
    expect(engineOfEnvironment(undefined)).toBe("auto");
    expect(engineOfEnvironment("wasm")).toBe("wasm");
    expect(() => engineOfEnvironment("gpu")).toThrow("EARSHOT_LOCAL_ENGINE");
  });
});

describe("capabilitiesOfSettings", () => {
  const of = (extra: Readonly<Record<string, OptionValue>>) =>
    capabilitiesOf(capabilitiesOfSettings(readLocalSettings(extra)), "any-model");

  it("tells those of the built-in model", () => {
    expect(of({})).toMatchObject({
      languages: ["en"],
      wordTimestamps: "estimated",
      segmentTimestamps: true,
      streaming: true,
      translation: false,
    });
  });

  it("tells those of the model type, with the languages that were set", () => {
    expect(of({ model_dir: "/m", model_type: "canary" })).toMatchObject({
      languages: ["en", "es", "de", "fr"],
      translation: true,
    });
    expect(of({ model_dir: "/m", model_type: "nemo_transducer", languages: ["en"] })).toMatchObject(
      {
        languages: ["en"],
        wordTimestamps: "measured",
        translation: false,
      },
    );
  });

  it("rules nothing out before a folder of an unknown type was looked at", () => {
    expect(of({ model_dir: "/m" })).toMatchObject({ languages: "any", translation: true });
  });
});

describe("languages of models", () => {
  it("are codes that the rest of Earshot uses", () => {
    const lists = MODEL_TYPES.map((type) => MODEL_FAMILIES[type].languages);
    for (const code of lists.flatMap((list) => (list === "any" ? [] : list))) {
      expect(toIsoLanguage(code)).toBe(code);
    }
    expect(new Set(WHISPER_LANGUAGES).size).toBe(99);
  });
});

describe("languagePlan", () => {
  const english = { type: "moonshine", languages: ["en"] } as const;
  const whisper = { type: "whisper", languages: ["en", "de", "fr"] } as const;
  const cantonese = { type: "whisper", languages: ["yue"] } as const;
  const canary = { type: "canary", languages: ["en", "de"] } as const;
  it.each([
    [english, [], "transcribe", { spoken: "en", written: "en" }],
    [whisper, [], "transcribe", { spoken: undefined, written: undefined }],
    [whisper, ["German"], "transcribe", { spoken: "de", written: "de" }],
    [whisper, ["de", "fr"], "transcribe", { spoken: undefined, written: undefined }],
    [whisper, ["de"], "translate", { spoken: "de", written: "en" }],
    [canary, ["de", "en"], "transcribe", { spoken: "de", written: "de" }],
    [cantonese, ["yue"], "transcribe", { spoken: undefined, written: "yue" }],
  ] as const)("for %j with %j to %s", (...[model, languages, task, plan]) => {
    expect(languagePlan({ languages, task }, model)).toEqual(plan);
  });
});

describe("what no local model can do", () => {
  it("is left out with a warning each, and nothing else is", () => {
    const limits = { kind: "local", capabilities: capabilitiesOfModel("whisper", "any") };
    const paramsOf = (asks: Partial<Asked>): readonly string[] => {
      const request = { ...plainlyAsked, model: "any", options: {}, ...asks };
      return checkRequest(limits, request).warnings.map(({ param }) => param);
    };
    expect(paramsOf({ chunkingStrategy: "auto" })).toEqual([]);
    expect(
      paramsOf({
        prompt: "names",
        keywords: ["Earshot"],
        temperature: 0.5,
        include: ["logprobs"],
        chunkingStrategy: { type: "server_vad" },
        diarize: true,
      }).toSorted(),
    ).toEqual(["chunking_strategy", "diarize", "include", "keywords", "prompt", "temperature"]);
  });
});
