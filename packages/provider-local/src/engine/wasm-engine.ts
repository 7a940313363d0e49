import { TranscriptionError } from "@earshot/core";
import type { DecodeOptions } from "../models/model-families.ts";
import type { EngineFactory, EngineSetup } from "./bare-engine.ts";
import { findSpeech } from "./find-speech.ts";
import type { VoiceDetector } from "./find-speech.ts";
import { readDecoded } from "./read-decoded.ts";
import { SAMPLE_RATE, vadConfig } from "./recognizer-config.ts";

const requireHandle = <T extends { readonly handle: number }>(made: T, what: string): T => {
  if (made.handle !== 0) return made;
  throw new TranscriptionError("internal", `The engine refused the ${what}.`);
};

/** Loads the WebAssembly build, about 15 MB of code. It keeps the thread, so load it in a worker. */
export async function loadWasmEngine(): Promise<EngineFactory> {
  const { default: sherpa } = await import("sherpa-onnx");
  const createDetector = (model: string): VoiceDetector =>
    requireHandle(sherpa.createVad(vadConfig(model)), "voice-activity model");
  return ({ config, initial, vad }: EngineSetup) => {
    const recognizer = requireHandle(
      sherpa.createOfflineRecognizer(config(initial)),
      "speech model",
    );
    let detector: VoiceDetector | undefined;
    return {
      kind: "wasm",
      decode: (samples: Float32Array) => {
        const stream = recognizer.createStream();
        try {
          stream.acceptWaveform(SAMPLE_RATE, samples);
          recognizer.decode(stream);
          return readDecoded(() => recognizer.getResult(stream));
        } finally {
          stream.free();
        }
      },
      setOptions: (options: DecodeOptions) => recognizer.setConfig(config(options)),
      findSpeech:
        vad === undefined
          ? undefined
          : (samples: Float32Array) => findSpeech((detector ??= createDetector(vad)), samples),
    };
  };
}
