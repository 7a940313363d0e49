import { VAD_WINDOW } from "./recognizer-config.ts";
import type { SpeechSpan } from "./speech-engine.ts";

/** The voice-activity detector as both builds of sherpa-onnx offer it. */
export interface VoiceDetector {
  acceptWaveform(samples: Float32Array): void;
  isEmpty(): boolean;
  front(): { readonly start: number; readonly samples: Float32Array };
  pop(): void;
  flush(): void;
  reset(): void;
}

/** Runs the detector over the samples from a clean state. */
export function findSpeech(detector: VoiceDetector, samples: Float32Array): readonly SpeechSpan[] {
  const spans: SpeechSpan[] = [];
  const take = (): void => {
    while (!detector.isEmpty()) {
      const { start, samples: speech } = detector.front();
      spans.push({ start, end: Math.min(start + speech.length, samples.length) });
      detector.pop();
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
}
