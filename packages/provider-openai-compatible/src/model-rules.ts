import type { AudioSource } from "@earshot/core";
import { withDefaultFields } from "./deviations.ts";
import type { OpenaiDeviations } from "./deviations.ts";

const CHUNKING_FROM_SECONDS = 30;

const isLongOrUnknown = (audio: AudioSource): boolean =>
  audio.type === "url" || (audio.durationSeconds ?? Infinity) > CHUNKING_FROM_SECONDS;

/**
 * What single models of OpenAI want in the form: `languages[]` in place of `language` for
 * gpt-transcribe, a chunking strategy for long audio with gpt-4o-transcribe-diarize. `modelOf` tells
 * the model behind a deployment's name; by default the name is the model.
 */
export function openaiModelRules(
  modelOf: (name: string) => string = (name) => name,
): OpenaiDeviations {
  return {
    takesLanguageList: (name) => /^gpt-transcribe(?:-|$)/u.test(modelOf(name)),
    toFields: (fields, { request }) =>
      modelOf(request.model).startsWith("gpt-4o-transcribe-diarize") &&
      isLongOrUnknown(request.audio)
        ? withDefaultFields(fields, [["chunking_strategy", "auto"]])
        : fields,
  };
}
