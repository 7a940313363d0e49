import type { Capabilities, CapabilityTable } from "@earshot/core";
import type { LocalSettings } from "./local-settings.ts";
import { MODEL_FAMILIES } from "./models/model-families.ts";
import type { ModelType } from "./models/model-families.ts";

const of = (type: ModelType): Capabilities => {
  const { languages, languageDetection, translation, wordTimestamps } = MODEL_FAMILIES[type];
  return {
    nativeFormats: [],
    wordTimestamps,
    segmentTimestamps: true,
    diarization: false,
    maxKnownSpeakers: 0,
    streaming: true,
    translation,
    prompt: false,
    keywords: false,
    temperature: false,
    logprobs: false,
    languages,
    languageDetection,
    urlInput: false,
    mediaTypes: "any",
  };
};

const table = (can: Capabilities): CapabilityTable =>
  Object.freeze({ default: Object.freeze(can) });

/** What the built-in model can do. */
export const BUILT_IN_CAPABILITIES: CapabilityTable = table(of("moonshine"));

/** A folder whose kind only its files will tell: nothing that some kind can do is ruled out. */
const UNKNOWN: Capabilities = { ...of("whisper"), languages: "any" };

/** What a provider with these settings can do, before any file has been looked at. */
export function capabilitiesOfSettings(
  settings: Pick<LocalSettings, "modelDir" | "modelType" | "languages">,
): CapabilityTable {
  const { modelDir, modelType, languages } = settings;
  if (modelDir === undefined) return BUILT_IN_CAPABILITIES;
  const usual = modelType === undefined ? UNKNOWN : of(modelType);
  return table(languages === undefined ? usual : { ...usual, languages });
}

/** What a model can do, once its files are known. */
export function capabilitiesOfModel(
  type: ModelType,
  languages: readonly string[] | "any",
): CapabilityTable {
  return table({ ...of(type), languages });
}
