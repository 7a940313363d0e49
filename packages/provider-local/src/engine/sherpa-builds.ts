import { TranscriptionError } from "@earshot/core";
import type { JsonObject } from "@earshot/core";
import { asArray, asNumber, asRecord, asString } from "@earshot/provider-kit";
import type { Recognizer, VoiceDetector } from "sherpa-onnx";
import { MODEL_FAMILIES } from "../model-families.ts";
import type { DecodeOptions, LocalModel } from "../model-families.ts";
import { SAMPLE_RATE } from "./speech-engine.ts";
import type { Decoded, EngineKind, SpeechEngine, SpeechSpan } from "./speech-engine.ts";

/** One model in one build of sherpa-onnx, as it is before options are looked after. */
export interface BareEngine extends Pick<SpeechEngine, "kind" | "findSpeech"> {
  decode(samples: Float32Array): Decoded;
  setOptions(options: DecodeOptions): void;
}

/** Loads a model, with `INITIAL_OPTIONS`. */
export type EngineFactory = (model: LocalModel, numThreads: number) => BareEngine;

/** The options that a model is loaded with. */
export const INITIAL_OPTIONS: DecodeOptions = { language: undefined, task: "transcribe" };

/** Samples that the voice-activity model takes at once. */
const VAD_WINDOW = 512;
const VAD_BUFFER_SECONDS = 60;

/**
 * Builds sherpa-onnx's configuration of one model for one language and task; a fresh object each
 * time, since the WebAssembly build writes into it.
 */
export function recognizerConfig(
  model: Pick<LocalModel, "type" | "files" | "tokens">,
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
 * The low threshold is on purpose: the detector is asked only about chunks that gave suspiciously
 * little text, where missing speech costs most.
 */
const vadConfig = (model: string): JsonObject => ({
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
  bufferSizeInSeconds: VAD_BUFFER_SECONDS,
});

const NOTHING: Decoded = { text: "", tokens: [], timestamps: [], durations: [], language: "" };

const numbers = (value: unknown): readonly number[] =>
  asArray(value).flatMap((item) => asNumber(item) ?? []);

/**
 * Reads sherpa-onnx's result. Nothing comes of one that is no JSON: the engine does not escape
 * control characters that a model puts into its text.
 */
const readDecoded = (result: () => unknown): Decoded => {
  let value: unknown;
  try {
    value = result();
  } catch (error) {
    if (error instanceof SyntaxError) return NOTHING;
    throw error;
  }
  const record = asRecord(value) ?? {};
  return {
    text: (asString(record["text"]) ?? "").trim(),
    tokens: asArray(record["tokens"]).flatMap((token) => asString(token) ?? []),
    timestamps: numbers(record["timestamps"]),
    durations: numbers(record["durations"]),
    language: asString(record["lang"]) ?? "",
  };
};

/** Runs the detector over the samples from a clean state. */
const detectSpeech = (detector: VoiceDetector, samples: Float32Array): readonly SpeechSpan[] => {
  const spans: SpeechSpan[] = [];
  const take = (): void => {
    for (; !detector.isEmpty(); detector.pop()) {
      const { start, samples: speech } = detector.front();
      spans.push({ start, end: Math.min(start + speech.length, samples.length) });
    }
  };
  detector.reset();
  for (let start = 0; start + VAD_WINDOW <= samples.length; start += VAD_WINDOW) {
    detector.acceptWaveform(samples.subarray(start, start + VAD_WINDOW));
    take();
  }
  detector.flush();
  take();
  return spans;
};

/** What sets a build of sherpa-onnx apart. */
interface Build<Stream> {
  readonly kind: EngineKind;
  readonly createRecognizer: (config: JsonObject) => Recognizer<Stream>;
  readonly createDetector: (config: JsonObject) => VoiceDetector;
  readonly feed: (stream: Stream, samples: Float32Array) => void;
  readonly free: (stream: Stream) => void;
}

const engineOf =
  <Stream>({ kind, createRecognizer, createDetector, feed, free }: Build<Stream>): EngineFactory =>
  (model, numThreads) => {
    const { vad } = model;
    const configFor = (options: DecodeOptions): JsonObject =>
      recognizerConfig(model, options, numThreads);
    const recognizer = createRecognizer(configFor(INITIAL_OPTIONS));
    // Loaded when it is first needed.
    let detector: VoiceDetector | undefined;
    return {
      kind,
      setOptions: (options) => recognizer.setConfig(configFor(options)),
      decode: (samples) => {
        const stream = recognizer.createStream();
        try {
          feed(stream, samples);
          recognizer.decode(stream);
          return readDecoded(() => recognizer.getResult(stream));
        } finally {
          free(stream);
        }
      },
      findSpeech:
        vad === undefined
          ? undefined
          : (samples) => detectSpeech((detector ??= createDetector(vadConfig(vad))), samples),
    };
  };

/** Loads the native addon; rejects where there is none for this platform. */
export async function loadNativeEngine(): Promise<EngineFactory> {
  const { default: sherpa } = await import("sherpa-onnx-node");
  return engineOf({
    kind: "native",
    createRecognizer: (config) => new sherpa.OfflineRecognizer(config),
    createDetector: (config) => {
      const vad = new sherpa.Vad(config, VAD_BUFFER_SECONDS);
      // An external buffer would point into memory that `pop` frees.
      return Object.assign(vad, { front: vad.front.bind(vad, false) });
    },
    feed: (stream, samples) => stream.acceptWaveform({ sampleRate: SAMPLE_RATE, samples }),
    free: () => {},
  });
}

const requireHandle = <T extends { readonly handle: number }>(made: T, what: string): T => {
  if (made.handle !== 0) return made;
  throw new TranscriptionError("internal", `The engine refused the ${what}.`);
};

/** Loads the WebAssembly build, about 15 MB of code. It keeps the thread, so load it in a worker. */
export async function loadWasmEngine(): Promise<EngineFactory> {
  const { default: sherpa } = await import("sherpa-onnx");
  return engineOf({
    kind: "wasm",
    createRecognizer: (config) =>
      requireHandle(sherpa.createOfflineRecognizer(config), "speech model"),
    createDetector: (config) => requireHandle(sherpa.createVad(config), "voice-activity model"),
    feed: (stream, samples) => stream.acceptWaveform(SAMPLE_RATE, samples),
    free: (stream) => stream.free(),
  });
}
