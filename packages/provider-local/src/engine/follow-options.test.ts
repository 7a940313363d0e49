import { describe, expect, it } from "vitest";
import type { DecodeOptions } from "../models/model-families.ts";
import { followOptions } from "./follow-options.ts";
import type { SpeechEngine } from "./speech-engine.ts";

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
