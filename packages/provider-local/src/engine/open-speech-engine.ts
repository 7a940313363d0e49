import { TranscriptionError } from "@earshot/core";
import type { JsonObject } from "@earshot/core";
import { MODEL_FAMILIES } from "../models/model-families.ts";
import type { DecodeOptions } from "../models/model-families.ts";
import type { EngineFactory } from "./bare-engine.ts";
import { followOptions, INITIAL_OPTIONS } from "./follow-options.ts";
import type { LocalModel } from "./local-model.ts";
import { loadNativeEngine } from "./native-engine.ts";
import { recognizerConfig } from "./recognizer-config.ts";
import type { EngineKind, SpeechEngine } from "./speech-engine.ts";
import { loadWasmEngine } from "./wasm-engine.ts";

/** `auto` tries the native build and takes WebAssembly where it does not load. */
export type EngineChoice = EngineKind | "auto";

const reasonOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).trim().split("\n", 1)[0] ?? "";

const loadBuild = async (choice: EngineChoice): Promise<EngineFactory> => {
  if (choice === "wasm") return loadWasmEngine();
  try {
    return await loadNativeEngine();
  } catch (error) {
    if (choice === "auto") return loadWasmEngine();
    const advice = "Reinstall sherpa-onnx-node with its optional packages, or set engine to wasm.";
    throw new TranscriptionError(
      "internal",
      `The native engine does not load on ${process.platform}-${process.arch}: ${reasonOf(error)} ${advice}`,
      { cause: error },
    );
  }
};

/** Loads a model in this thread and holds it meanwhile: about a second for the built-in model. */
export async function openSpeechEngine(
  model: LocalModel,
  settings: { readonly choice: EngineChoice; readonly numThreads: number },
): Promise<SpeechEngine> {
  const create = await loadBuild(settings.choice);
  const config = (options: DecodeOptions): JsonObject =>
    recognizerConfig(model, options, settings.numThreads);
  const engine = create({ config, initial: INITIAL_OPTIONS, vad: model.vad });
  return followOptions(engine, MODEL_FAMILIES[model.type].followsOptions);
}
