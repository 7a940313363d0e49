import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { temporaryFolder } from "../../test/temporary-folder.ts";
import { recognizerConfig } from "../engine/sherpa-builds.ts";
import type { DecodeOptions, ModelType } from "../model-families.ts";
import { openModelFolder } from "./open-model-folder.ts";

const folderOf = async (...names: readonly string[]): Promise<string> => {
  const folder = await temporaryFolder();
  await Promise.all(names.map((name) => writeFile(join(folder, name), "12345")));
  return folder;
};

const PLAIN: DecodeOptions = { language: undefined, task: "transcribe" };

/** What sherpa-onnx would be given for a folder with these files, without the folder's path. */
const modelConfigFor = async (
  names: readonly string[],
  type: ModelType | undefined,
  options = PLAIN,
): Promise<unknown> => {
  const folder = await folderOf(...names);
  const found = await openModelFolder({ folder, type });
  const { modelConfig } = recognizerConfig({ ...found, tokens: found.tokens ?? "" }, options, 3);
  return JSON.parse(JSON.stringify(modelConfig).replaceAll(`${folder}/`, ""));
};

const EVERYWHERE = { tokens: "tokens.txt", numThreads: 3, provider: "cpu", debug: 0 };

describe("openModelFolder", () => {
  it.each<[ModelType, readonly string[], object]>([
    [
      "moonshine",
      ["encoder_model.ort", "decoder_model_merged.ort", "tokens.txt"],
      { moonshine: { encoder: "encoder_model.ort", mergedDecoder: "decoder_model_merged.ort" } },
    ],
    [
      "moonshine",
      [
        "preprocess.onnx",
        "encode.int8.onnx",
        "uncached_decode.int8.onnx",
        "cached_decode.int8.onnx",
        "tokens.txt",
      ],
      {
        moonshine: {
          preprocessor: "preprocess.onnx",
          encoder: "encode.int8.onnx",
          uncachedDecoder: "uncached_decode.int8.onnx",
          cachedDecoder: "cached_decode.int8.onnx",
        },
      },
    ],
    [
      "nemo_transducer",
      ["encoder.int8.onnx", "decoder.int8.onnx", "joiner.int8.onnx", "tokens.txt"],
      {
        transducer: {
          encoder: "encoder.int8.onnx",
          decoder: "decoder.int8.onnx",
          joiner: "joiner.int8.onnx",
        },
        modelType: "nemo_transducer",
      },
    ],
    [
      "transducer",
      [
        "encoder-epoch-99-avg-1.int8.onnx",
        "encoder-epoch-99-avg-1.onnx",
        "decoder-epoch-99-avg-1.onnx",
        "joiner-epoch-99-avg-1.int8.onnx",
        "joiner-epoch-99-avg-1.onnx",
        "tokens.txt",
      ],
      {
        transducer: {
          encoder: "encoder-epoch-99-avg-1.int8.onnx",
          decoder: "decoder-epoch-99-avg-1.onnx",
          joiner: "joiner-epoch-99-avg-1.int8.onnx",
        },
        modelType: "transducer",
      },
    ],
    [
      "sense_voice",
      ["model.int8.onnx", "model.onnx", "tokens.txt"],
      { senseVoice: { model: "model.int8.onnx", useInverseTextNormalization: 1 } },
    ],
    ["paraformer", ["model.onnx", "tokens.txt"], { paraformer: { model: "model.onnx" } }],
    ["nemo_ctc", ["model.onnx", "tokens.txt"], { nemoCtc: { model: "model.onnx" } }],
    ["zipformer_ctc", ["model.onnx", "tokens.txt"], { zipformerCtc: { model: "model.onnx" } }],
    ["wenet_ctc", ["model.onnx", "tokens.txt"], { wenetCtc: { model: "model.onnx" } }],
    ["dolphin", ["model.onnx", "tokens.txt"], { dolphin: { model: "model.onnx" } }],
    ["omnilingual", ["model.onnx", "tokens.txt"], { omnilingual: { model: "model.onnx" } }],
    [
      "fire_red_asr",
      ["encoder.int8.onnx", "decoder.int8.onnx", "tokens.txt"],
      { fireRedAsr: { encoder: "encoder.int8.onnx", decoder: "decoder.int8.onnx" } },
    ],
  ])("configures %s from %j", async (type, names, config) => {
    expect(await modelConfigFor(names, type)).toEqual({ ...config, ...EVERYWHERE });
  });

  const whisper = ["base-encoder.int8.onnx", "base-decoder.int8.onnx", "base-tokens.txt"];

  it.each<[DecodeOptions, object]>([
    [PLAIN, { language: "", task: "transcribe" }],
    [
      { language: "de", task: "translate" },
      { language: "de", task: "translate" },
    ],
    [
      { language: "jv", task: "transcribe" },
      { language: "jw", task: "transcribe" },
    ],
  ])("tells Whisper %j", async (options, expected) => {
    expect(await modelConfigFor(whisper, undefined, options)).toMatchObject({
      whisper: {
        encoder: "base-encoder.int8.onnx",
        decoder: "base-decoder.int8.onnx",
        ...expected,
      },
      tokens: "base-tokens.txt",
    });
  });

  it.each<[DecodeOptions, object]>([
    [PLAIN, { srcLang: "en", tgtLang: "en" }],
    [
      { language: "de", task: "transcribe" },
      { srcLang: "de", tgtLang: "de" },
    ],
    [
      { language: "de", task: "translate" },
      { srcLang: "de", tgtLang: "en" },
    ],
  ])("tells Canary %j", async (options, expected) => {
    const names = ["encoder.int8.onnx", "decoder.int8.onnx", "tokens.txt"];
    expect(await modelConfigFor(names, "canary", options)).toMatchObject({
      canary: { usePnc: 1, ...expected },
    });
  });

  it("knows an English-only Whisper by its name", async () => {
    const folder = await folderOf(
      "tiny.en-encoder.onnx",
      "tiny.en-decoder.onnx",
      "tiny.en-tokens.txt",
    );
    expect(await openModelFolder({ folder, type: undefined })).toMatchObject({
      type: "whisper",
      languages: ["en"],
      weightsBytes: 10,
    });
  });

  it.each<[readonly string[], ModelType]>([
    [["encoder_model.onnx", "decoder_model_merged.onnx"], "moonshine"],
    [whisper, "whisper"],
  ])("finds the type of %j out", async (names, type) => {
    const folder = await folderOf(...names);
    expect(await openModelFolder({ folder, type: undefined })).toMatchObject({ type });
  });

  it.each([
    [["encoder.onnx", "decoder.onnx", "joiner.onnx"], "nemo_transducer, transducer"],
    [["encoder.onnx", "decoder.onnx", "tokens.txt"], "canary"],
    [["model.onnx", "tokens.txt"], "sense_voice"],
  ])("asks for the type where the names %j do not tell", async (names, candidates) => {
    const opening = openModelFolder({ folder: await folderOf(...names), type: undefined });
    await expect(opening).rejects.toMatchObject({ code: "provider_model_not_found" });
    await expect(opening).rejects.toThrow("Set model_type");
    await expect(opening).rejects.toThrow(candidates);
  });

  it("says which file is missing and what there is", async () => {
    const folder = await folderOf("encoder.int8.onnx", "tokens.txt", "README.md");
    const opening = openModelFolder({ folder, type: "nemo_transducer" });
    await expect(opening).rejects.toThrow("lacks decoder.onnx and joiner.onnx.");
    await expect(opening).rejects.toThrow("encoder.int8.onnx");
    await expect(opening).rejects.toThrow(folder);
  });

  it.each([
    ["an empty folder", [], "It is empty"],
    ["other files", ["a.txt"], "a.txt"],
  ])("knows no model in %s", async (_, names, hint) => {
    const opening = openModelFolder({ folder: await folderOf(...names), type: undefined });
    await expect(opening).rejects.toThrow(hint);
  });

  it("says so when there is no such folder", async () => {
    const folder = join(await temporaryFolder(), "nowhere");
    const opening = openModelFolder({ folder, type: undefined });
    await expect(opening).rejects.toMatchObject({ code: "provider_model_not_found" });
    await expect(opening).rejects.toThrow("model_dir");
  });
});
