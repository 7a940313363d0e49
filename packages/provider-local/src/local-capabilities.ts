import { toIsoLanguage } from "@earshot/core";
import type { Capabilities, CapabilityTable, TranscriptionRequest } from "@earshot/core";
import type { LocalSettings } from "./local-settings.ts";
import { MODEL_FAMILIES } from "./model-families.ts";
import type { LocalModel, ModelType } from "./model-families.ts";

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
    chunkingStrategy: false,
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

/** What languages mean for one request on one model. */
export interface LanguagePlan {
  /** What the model is told; undefined: it finds out, or knows only one. */
  readonly spoken: string | undefined;
  /** The language of the text where it is known beforehand. */
  readonly written: string | undefined;
}

/**
 * Several hints say no more than that any of them may be spoken, so the model is left to find out. A
 * language that its kind does not know is never named to it: the engine ends the process over that.
 */
export function languagePlan(
  request: Pick<TranscriptionRequest, "languages" | "task">,
  model: Pick<LocalModel, "type" | "languages">,
): LanguagePlan {
  const { languageDetection, languages: ofItsKind } = MODEL_FAMILIES[model.type];
  const [hint] = request.languages.map((name) => toIsoLanguage(name));
  const only = model.languages === "any" || model.languages.length > 1 ? [] : model.languages;
  const clear = request.languages.length === 1 || !languageDetection;
  const language = only[0] ?? (clear ? hint : undefined);
  const known = ofItsKind === "any" || (language !== undefined && ofItsKind.includes(language));
  return {
    spoken: known ? language : undefined,
    written: request.task === "translate" ? "en" : language,
  };
}
