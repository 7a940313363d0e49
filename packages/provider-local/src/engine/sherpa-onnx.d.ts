// Neither package ships types. This is the part that we use.

declare module "sherpa-onnx" {
  export interface Recognizer<Stream> {
    createStream(): Stream;
    decode(stream: Stream): void;
    getResult(stream: Stream): unknown;
    setConfig(config: object): void;
  }
  /** The voice-activity detector, as both builds offer it. */
  export interface VoiceDetector {
    acceptWaveform(samples: Float32Array): void;
    isEmpty(): boolean;
    front(): { readonly start: number; readonly samples: Float32Array };
    pop(): void;
    flush(): void;
    reset(): void;
  }
  /** Zero when the model was refused. */
  interface Made {
    readonly handle: number;
  }
  interface OfflineStream {
    acceptWaveform(sampleRate: number, samples: Float32Array): void;
    free(): void;
  }
  const sherpa: {
    createOfflineRecognizer(config: object): Recognizer<OfflineStream> & Made;
    createVad(config: object): VoiceDetector & Made;
  };
  export default sherpa;
}

declare module "sherpa-onnx-node" {
  import type { Recognizer, VoiceDetector } from "sherpa-onnx";

  interface OfflineStream {
    acceptWaveform(waveform: { samples: Float32Array; sampleRate: number }): void;
  }
  interface Vad extends Omit<VoiceDetector, "front"> {
    front(enableExternalBuffer: boolean): ReturnType<VoiceDetector["front"]>;
  }
  const sherpa: {
    readonly OfflineRecognizer: new (config: object) => Recognizer<OfflineStream>;
    readonly Vad: new (config: object, bufferSizeInSeconds: number) => Vad;
  };
  export default sherpa;
}
