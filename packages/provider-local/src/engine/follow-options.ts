import type { DecodeOptions } from "../models/model-families.ts";
import type { BareEngine } from "./bare-engine.ts";
import type { SpeechEngine } from "./speech-engine.ts";

/** The options that a model is loaded with. */
export const INITIAL_OPTIONS: DecodeOptions = { language: undefined, task: "transcribe" };

/**
 * An engine that tells its model the language and task of each request, but only when they change.
 * A model that does not follow them is told nothing.
 */
export function followOptions(engine: BareEngine, followsOptions: boolean): SpeechEngine {
  let current = INITIAL_OPTIONS;
  return {
    kind: engine.kind,
    findSpeech: engine.findSpeech,
    decode: (samples, options) => {
      const changed = options.language !== current.language || options.task !== current.task;
      if (followsOptions && changed) {
        engine.setOptions(options);
        current = options;
      }
      return engine.decode(samples);
    },
  };
}
