import { toIsoLanguage } from "@earshot/core";
import type { TranscriptionRequest } from "@earshot/core";
import type { LocalModel } from "./models/model-families.ts";
import { MODEL_FAMILIES } from "./models/model-families.ts";

/** What languages mean for one request on one model. */
export interface LanguagePlan {
  /** What the model is told; undefined: it finds out, or knows only one. */
  readonly spoken: string | undefined;
  /** The language of the text where it is known beforehand. */
  readonly written: string | undefined;
}

const onlyLanguage = ({ languages }: Pick<LocalModel, "languages">): string | undefined =>
  languages === "any" || languages.length > 1 ? undefined : languages[0];

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
  const clear = request.languages.length === 1 || !languageDetection;
  const language = onlyLanguage(model) ?? (clear ? hint : undefined);
  const known = ofItsKind === "any" || (language !== undefined && ofItsKind.includes(language));
  return {
    spoken: known ? language : undefined,
    written: request.task === "translate" ? "en" : language,
  };
}
