import { toIsoLanguage } from "@earshot/core";
import type { TranscriptionRequest } from "@earshot/core";
import type { LocalModel } from "./engine/local-model.ts";
import { MODEL_FAMILIES } from "./models/model-families.ts";

/** What languages mean for one request on one model. */
export interface LanguagePlan {
  /** What the model is told; undefined: it finds out, or knows only one. */
  readonly spoken: string | undefined;
  /** The language of the text where it is known beforehand. */
  readonly written: string | undefined;
}

/** Several hints say no more than that any of them may be spoken, so the model is left to find out. */
export function languagePlan(
  request: Pick<TranscriptionRequest, "languages" | "task">,
  model: Pick<LocalModel, "type" | "languages">,
): LanguagePlan {
  const { languageDetection } = MODEL_FAMILIES[model.type];
  const [hint] = request.languages.map((name) => toIsoLanguage(name));
  const clear = request.languages.length === 1 || !languageDetection;
  const only =
    model.languages.length === 1 && model.languages !== "any" ? model.languages[0] : undefined;
  const spoken = only ?? (clear ? hint : undefined);
  return { spoken, written: request.task === "translate" ? "en" : spoken };
}
