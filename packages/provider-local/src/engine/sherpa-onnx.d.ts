// Neither package ships types. This is the part that we use.

declare module "sherpa-onnx-node" {
  interface Waveform {
    readonly samples: Float32Array;
    readonly sampleRate: number;
  }
  interface OfflineStream {
    acceptWaveform(waveform: Waveform): void;
  }
  class OfflineRecognizer {
    constructor(config: object);
    createStream(): OfflineStream;
    decode(stream: OfflineStream): void;
    getResult(stream: OfflineStream): unknown;
    setConfig(config: object): void;
  }
  interface SpeechSegment {
    readonly start: number;
    readonly samples: Float32Array;
  }
  class Vad {
    constructor(config: object, bufferSizeInSeconds: number);
    acceptWaveform(samples: Float32Array): void;
    isEmpty(): boolean;
    front(enableExternalBuffer: boolean): SpeechSegment;
    pop(): void;
    flush(): void;
    reset(): void;
  }
  const sherpa: {
    readonly OfflineRecognizer: typeof OfflineRecognizer;
    readonly Vad: typeof Vad;
  };
  export = sherpa;
}

declare module "sherpa-onnx" {
  interface OfflineStream {
    acceptWaveform(sampleRate: number, samples: Float32Array): void;
    free(): void;
  }
  interface OfflineRecognizer {
    /** Zero when the model was refused. */
    readonly handle: number;
    createStream(): OfflineStream;
    decode(stream: OfflineStream): void;
    getResult(stream: OfflineStream): unknown;
    setConfig(config: object): void;
  }
  interface Vad {
    readonly handle: number;
    acceptWaveform(samples: Float32Array): void;
    isEmpty(): boolean;
    front(): { readonly start: number; readonly samples: Float32Array };
    pop(): void;
    flush(): void;
    reset(): void;
  }
  const sherpa: {
    createOfflineRecognizer(config: object): OfflineRecognizer;
    createVad(config: object): Vad;
  };
  export = sherpa;
}
