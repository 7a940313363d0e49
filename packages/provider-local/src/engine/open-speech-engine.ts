import type { JsonObject } from "@earshot/core";
import { MODEL_FAMILIES } from "../models/model-families.ts";
import type { DecodeOptions } from "../models/model-families.ts";
import { followOptions, INITIAL_OPTIONS } from "./follow-options.ts";
import { loadBuild } from "./load-build.ts";
import type { EngineChoice } from "./load-build.ts";
import type { LocalModel } from "./local-model.ts";
import { recognizerConfig } from "./recognizer-config.ts";
import type { SpeechEngine } from "./speech-engine.ts";

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
