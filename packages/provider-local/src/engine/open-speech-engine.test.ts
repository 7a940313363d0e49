import { describe, expect, it } from "vitest";
import type { DecodeOptions } from "../model-families.ts";
import { followOptions, loadBuild } from "./open-speech-engine.ts";
import type { EngineBuilds } from "./open-speech-engine.ts";
import type { EngineFactory } from "./sherpa-builds.ts";
import type { SpeechEngine } from "./speech-engine.ts";

const factory = (): EngineFactory => () => {
  throw new Error("No model is loaded in this test.");
};

const [native, wasm] = [factory(), factory()];

const both: EngineBuilds = { native: async () => native, wasm: async () => wasm };

const withoutNative: EngineBuilds = {
  ...both,
  native: () => Promise.reject(new Error("GLIBC_2.32 not found\nand more")),
};

describe("loadBuild", () => {
  it("takes the native build where it loads", async () => {
    expect(await loadBuild("auto", both)).toBe(native);
    expect(await loadBuild("native", both)).toBe(native);
  });

  it("takes WebAssembly where the native build does not load, or when asked to", async () => {
    expect(await loadBuild("auto", withoutNative)).toBe(wasm);
    expect(await loadBuild("wasm", both)).toBe(wasm);
  });

  it("says why the native build does not load when nothing else is wanted", async () => {
    await expect(loadBuild("native", withoutNative)).rejects.toMatchObject({
      code: "internal",
      message: expect.stringMatching(/GLIBC_2\.32 not found .*set engine to wasm/u),
    });
  });
});

const german: DecodeOptions = { language: "de", task: "transcribe" };
const toEnglish: DecodeOptions = { language: "de", task: "translate" };
const plain: DecodeOptions = { language: undefined, task: "transcribe" };

const engineWith = (follows: boolean): { engine: SpeechEngine; told: DecodeOptions[] } => {
  const told: DecodeOptions[] = [];
  const bare = {
    kind: "native" as const,
    findSpeech: undefined,
    decode: () => ({ text: "", tokens: [], timestamps: [], durations: [], language: "" }),
    setOptions: (options: DecodeOptions) => {
      told.push(options);
    },
  };
  return { engine: followOptions(bare, follows), told };
};

const decodeAll = (engine: SpeechEngine, requests: readonly DecodeOptions[]): void => {
  for (const options of requests) engine.decode(new Float32Array(1), options);
};

describe("followOptions", () => {
  it("tells the model what changed, and nothing that did not", () => {
    const { engine, told } = engineWith(true);
    decodeAll(engine, [plain, german, { ...german }, toEnglish, plain]);
    expect(told).toEqual([german, toEnglish, plain]);
  });

  it("tells a model that follows nothing", () => {
    const { engine, told } = engineWith(false);
    decodeAll(engine, [german, toEnglish]);
    expect(told).toEqual([]);
  });
});
