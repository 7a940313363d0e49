import type { JsonObject } from "@earshot/core";
import { MODEL_FAMILIES } from "../models/model-families.ts";
import type { DecodeOptions } from "../models/model-families.ts";
import type { LocalModel } from "./local-model.ts";

/** Samples per second of all audio in this package. */
export const SAMPLE_RATE = 16_000;

/** Samples that the voice-activity model takes at once. */
export const VAD_WINDOW = 512;

type RecognizedModel = Pick<LocalModel, "type" | "files" | "tokens">;

/** Builds sherpa-onnx's configuration of one model for one language and task. */
export function recognizerConfig(
  model: RecognizedModel,
  options: DecodeOptions,
  numThreads: number,
): JsonObject {
  return {
    featConfig: { sampleRate: SAMPLE_RATE, featureDim: 80 },
    modelConfig: {
      ...MODEL_FAMILIES[model.type].configure(model.files, options),
      tokens: model.tokens,
      numThreads,
      provider: "cpu",
      debug: 0,
    },
  };
}

/**
 * Builds the configuration of the voice-activity detector. The low threshold is on purpose: it is
 * asked only about chunks that gave suspiciously little text, where missing speech costs most.
 */
export function vadConfig(model: string): JsonObject {
  return {
    sileroVad: {
      model,
      threshold: 0.3,
      minSpeechDuration: 0.1,
      minSilenceDuration: 0.3,
      maxSpeechDuration: 20,
      windowSize: VAD_WINDOW,
    },
    tenVad: { model: "" },
    sampleRate: SAMPLE_RATE,
    numThreads: 1,
    debug: 0,
    bufferSizeInSeconds: 60,
  };
}
