import type { DecodeOptions } from "../models/model-families.ts";
import type { EngineFactory, EngineSetup } from "./bare-engine.ts";
import { findSpeech } from "./find-speech.ts";
import type { VoiceDetector } from "./find-speech.ts";
import { readDecoded } from "./read-decoded.ts";
import { SAMPLE_RATE, vadConfig } from "./recognizer-config.ts";

const VAD_BUFFER_SECONDS = 60;

/** Loads the native addon; rejects where there is none for this platform. */
export async function loadNativeEngine(): Promise<EngineFactory> {
  const { default: sherpa } = await import("sherpa-onnx-node");
  const createDetector = (model: string): VoiceDetector => {
    const vad = new sherpa.Vad(vadConfig(model), VAD_BUFFER_SECONDS);
    // An external buffer would point into memory that `pop` frees.
    return Object.assign(vad, { front: sherpa.Vad.prototype.front.bind(vad, false) });
  };
  return ({ config, initial, vad }: EngineSetup) => {
    const recognizer = new sherpa.OfflineRecognizer(config(initial));
    let detector: VoiceDetector | undefined;
    return {
      kind: "native",
      decode: (samples: Float32Array) => {
        const stream = recognizer.createStream();
        stream.acceptWaveform({ sampleRate: SAMPLE_RATE, samples });
        recognizer.decode(stream);
        return readDecoded(() => recognizer.getResult(stream));
      },
      setOptions: (options: DecodeOptions) => recognizer.setConfig(config(options)),
      findSpeech:
        vad === undefined
          ? undefined
          : (samples: Float32Array) => findSpeech((detector ??= createDetector(vad)), samples),
    };
  };
}
