import type { TranscriptionRequest, Warning } from "@earshot/core";
import {
  isDetectable,
  isMultilingual,
  isMultilingualOnly,
  isoOf,
  toDeepgramCode,
} from "./deepgram-languages.ts";
import { familyOf } from "./deepgram-models.ts";
import type { ModelFamily } from "./deepgram-models.ts";
import { listOption } from "./query-fields.ts";
import type { QueryField } from "./query-fields.ts";

/** How a request's languages are sent. */
export interface LanguageParameters {
  readonly fields: readonly QueryField[];
  /** ISO code of the one language that is transcribed; undefined when Deepgram finds it out. */
  readonly language?: string;
  readonly warnings: readonly Warning[];
}

export type DetectionMode = "detect_language" | "multi";

const MULTILINGUAL: QueryField = ["language", "multi"];

const warn = (message: string): Warning => ({ param: "language", message });

const hintFields = (codes: readonly string[]): readonly QueryField[] =>
  codes.map((code): QueryField => ["language_hint", code]);

const withoutHints = (family: ModelFamily, mode: DetectionMode): LanguageParameters => {
  // Without a parameter Deepgram takes everything for English.
  const hasMultilingual = family === "nova-3" || family === "nova-2";
  const multilingual = family === "nova-3-medical" || (mode === "multi" && hasMultilingual);
  return { fields: [multilingual ? MULTILINGUAL : ["detect_language", "true"]], warnings: [] };
};

/** The medical model takes no hints: its other languages share one multilingual model. */
const medical = (hints: readonly string[]): LanguageParameters => ({
  fields: [MULTILINGUAL],
  warnings: [
    warn(
      `nova-3-medical transcribes ${hints.join(", ")} with its multilingual model, which may hear other languages too.`,
    ),
  ],
});

const forOne = (hint: string, family: ModelFamily): LanguageParameters => {
  const iso = isoOf(hint);
  const code = toDeepgramCode(hint, family);
  if (!isMultilingualOnly(iso, family)) {
    return { fields: [["language", code]], language: iso, warnings: [] };
  }
  if (family === "nova-3-medical") return medical([hint]);
  return { fields: [MULTILINGUAL, ...hintFields([code])], warnings: [] };
};

const forDetection = (hints: readonly string[], family: ModelFamily): LanguageParameters => {
  const known = hints.filter((hint) => isDetectable(isoOf(hint), family));
  const others = hints.filter((hint) => !known.includes(hint));
  const [first = "en"] = hints;
  if (known.length === 0) {
    const message = `Deepgram detects none of ${hints.join(", ")}; the audio is transcribed as ${first}.`;
    return { ...forOne(first, family), warnings: [warn(message)] };
  }
  const codes = new Set(known.map((hint) => toDeepgramCode(isoOf(hint), family)));
  return {
    fields: [...codes].map((code): QueryField => ["detect_language", code]),
    warnings:
      others.length === 0
        ? []
        : [warn(`Deepgram does not detect ${others.join(", ")} and looks for the others only.`)],
  };
};

const forSeveral = (hints: readonly string[], family: ModelFamily): LanguageParameters => {
  const covered = hints.every((hint) => isMultilingual(isoOf(hint), family));
  if (!covered) return forDetection(hints, family);
  if (family === "nova-3-medical") return medical(hints);
  const codes = family === "nova-3" ? hints.map((hint) => toDeepgramCode(hint, family)) : [];
  return { fields: [MULTILINGUAL, ...hintFields(codes)], warnings: [] };
};

const uniqueLanguages = (hints: readonly string[]): readonly string[] => {
  const codes = hints.map(isoOf);
  return hints.filter((_, index) => codes.indexOf(codes[index] ?? "") === index);
};

/**
 * The parameters that tell Deepgram which languages to expect. One language is sent as `language`.
 * None is `detect_language=true`, or `language=multi` where the mode says so and for the medical
 * model. Several are the multilingual model with hints where it covers them, otherwise the choices of
 * `detect_language`. The options `detect_language` and `language_hint` replace all that.
 *
 * @see https://developers.deepgram.com/docs/language-detection
 * @see https://developers.deepgram.com/docs/multilingual-code-switching
 */
export function toLanguageParameters(
  request: Pick<TranscriptionRequest, "model" | "languages" | "options">,
  mode: DetectionMode,
): LanguageParameters {
  const family = familyOf(request.model);
  const hints = uniqueLanguages(request.languages);
  const detection = listOption(request.options, "detect_language");
  const prompted = listOption(request.options, "language_hint");
  const [first, ...others] = hints;
  const detectionFields = detection.map((value): QueryField => ["detect_language", value]);
  if (detection.length > 0 && !detection.includes("false")) {
    const message = "The option `detect_language` overrides the language that was given.";
    const fields = [...detectionFields, ...hintFields(prompted)];
    return { fields, warnings: first === undefined ? [] : [warn(message)] };
  }
  if (prompted.length > 0) {
    const codes = new Set([...prompted, ...hints.map((hint) => toDeepgramCode(hint, family))]);
    return { fields: [...detectionFields, MULTILINGUAL, ...hintFields([...codes])], warnings: [] };
  }
  if (first === undefined) {
    // Detection is switched off and no language is given, so Deepgram's default applies.
    return detection.length > 0
      ? { fields: detectionFields, language: "en", warnings: [] }
      : withoutHints(family, mode);
  }
  const chosen = others.length === 0 ? forOne(first, family) : forSeveral(hints, family);
  return { ...chosen, fields: [...detectionFields, ...chosen.fields] };
}
