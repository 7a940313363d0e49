import type { JsonObject } from "@earshot/core";
import type { DecodeOptions } from "../models/model-families.ts";
import type { Decoded, EngineKind, SpeechEngine } from "./speech-engine.ts";

/** What a build of sherpa-onnx needs to load a model. */
export interface EngineSetup {
  /** A fresh object each time: the WebAssembly build writes into it. */
  readonly config: (options: DecodeOptions) => JsonObject;
  readonly initial: DecodeOptions;
  /** Path of the voice-activity model; it is loaded when it is first needed. */
  readonly vad: string | undefined;
}

/** One model in one build of sherpa-onnx, as it is before options are looked after. */
export interface BareEngine {
  readonly kind: EngineKind;
  decode(samples: Float32Array): Decoded;
  setOptions(options: DecodeOptions): void;
  readonly findSpeech: SpeechEngine["findSpeech"];
}

export type EngineFactory = (setup: EngineSetup) => BareEngine;
