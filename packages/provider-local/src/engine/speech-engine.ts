import { TranscriptionError } from "@earshot/core";
import type { DecodeOptions } from "../model-families.ts";

/** Samples per second of all audio in this package. */
export const SAMPLE_RATE = 16_000;

/** The two builds of sherpa-onnx: machine code for this platform, or WebAssembly for any. */
export type EngineKind = "native" | "wasm";

/** What the model made of one stretch of audio; times in seconds from its first sample. */
export interface Decoded {
  readonly text: string;
  readonly tokens: readonly string[];
  /** Start of each token; empty for models that do not tell. */
  readonly timestamps: readonly number[];
  /** Length of each token; empty for models that do not tell. */
  readonly durations: readonly number[];
  /** As the model spells it, such as `en` or `<|en|>`; empty when it does not tell. */
  readonly language: string;
}

/** A stretch of speech in samples, end exclusive. */
export interface SpeechSpan {
  readonly start: number;
  readonly end: number;
}

/** One loaded model. Both functions hold the thread until they are done. */
export interface SpeechEngine {
  readonly kind: EngineKind;
  decode(samples: Float32Array, options: DecodeOptions): Decoded;
  /** Undefined when there is no voice-activity model. */
  readonly findSpeech: ((samples: Float32Array) => readonly SpeechSpan[]) | undefined;
}

/** What everything under way ends with when its engine is closed. */
export function closedError(): TranscriptionError {
  return new TranscriptionError("aborted", "The local engine was closed.");
}
