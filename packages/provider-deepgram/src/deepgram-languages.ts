import { isoLanguageOf } from "@earshot/core";
import type { TranscriptionRequest, Warning } from "@earshot/core";
import { familyOf, MODEL_LANGUAGES } from "./deepgram-models.ts";
import type { ModelFamily } from "./deepgram-models.ts";
import { textsOf } from "./deepgram-options.ts";
import type { QueryField } from "./deepgram-options.ts";

const list = (codes: string): readonly string[] => codes.split(" ");

/** @see https://developers.deepgram.com/docs/language-detection */
const DETECTABLE = new Set(
  list(
    "bg ca cs da de el en es et fi fr hi hu id it ja ko lt lv ms nl no pl pt ro ru sk sv th tr uk vi zh",
  ),
);

/** @see https://developers.deepgram.com/docs/nova-3-language-prompting */
const NOVA3_MULTILINGUAL = new Set(
  list(
    "af ar be bg bn bs ca cs da de el en es et fa fi fr gl gu he hi hr hu id it ja kn ko lt lv mk mr ms nl no pl pt ro ru sk sl sr sv ta te th tl tr uk vi xh yue zh zu",
  ),
);

/** Languages of Nova-3 without a model of their own that the documentation names. */
const NOVA3_MULTILINGUAL_ONLY = new Set(list("af ar gl xh zu"));

const NOVA2_MULTILINGUAL = new Set(["en", "es"]);

/** Locales that the general models tell apart; other ones are sent as their language. */
const LOCALES = new Map(
  list(
    "en-US en-AU en-GB en-IN en-NZ es-419 fr-CA de-CH nl-BE pt-BR pt-PT da-DK sv-SE ko-KR th-TH zh-CN zh-Hans zh-TW zh-Hant zh-HK gu-IN pa-IN kk-KZ",
  ).map((locale): [string, string] => [locale.toLowerCase(), locale]),
);

const SPECIAL_CODES: Partial<Record<ModelFamily, ReadonlyMap<string, string>>> = {
  "nova-3": new Map([["yue", "zh-HK"]]),
  "nova-2": new Map([["yue", "zh-HK"]]),
  whisper: new Map([["jv", "jw"]]),
};

/** A hint as the model wants to read it: `pt-BR` stays, `en-ZA` becomes `en`. */
function toDeepgramCode(hint: string, family: ModelFamily): string {
  const iso = isoLanguageOf(hint);
  const special = SPECIAL_CODES[family]?.get(iso);
  if (special !== undefined) return special;
  if (family !== "nova-3" && family !== "nova-2") return iso;
  return LOCALES.get(hint.trim().toLowerCase().replaceAll("_", "-")) ?? iso;
}

/** Whether `detect_language` can be told to look for it. */
function isDetectable(iso: string, family: ModelFamily): boolean {
  return family === "whisper" || DETECTABLE.has(iso);
}

/** Whether `language=multi` of the model covers it. */
function isMultilingual(iso: string, family: ModelFamily): boolean {
  switch (family) {
    case "nova-3":
      return NOVA3_MULTILINGUAL.has(iso);
    case "nova-3-medical":
      return MODEL_LANGUAGES.nova3Medical.includes(iso);
    case "nova-2":
      return NOVA2_MULTILINGUAL.has(iso);
    case "flux":
    case "whisper":
    case "other":
      return false;
  }
}

/** Whether only `language=multi` of the model covers it. */
function isMultilingualOnly(iso: string, family: ModelFamily): boolean {
  if (family === "nova-3-medical") return iso !== "en";
  return family === "nova-3" && NOVA3_MULTILINGUAL_ONLY.has(iso);
}

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
  const iso = isoLanguageOf(hint);
  const code = toDeepgramCode(hint, family);
  if (!isMultilingualOnly(iso, family)) {
    return { fields: [["language", code]], language: iso, warnings: [] };
  }
  if (family === "nova-3-medical") return medical([hint]);
  return { fields: [MULTILINGUAL, ...hintFields([code])], warnings: [] };
};

const forDetection = (hints: readonly string[], family: ModelFamily): LanguageParameters => {
  const known = hints.filter((hint) => isDetectable(isoLanguageOf(hint), family));
  const others = hints.filter((hint) => !known.includes(hint));
  const [first = "en"] = hints;
  if (known.length === 0) {
    const message = `Deepgram detects none of ${hints.join(", ")}; the audio is transcribed as ${first}.`;
    return { ...forOne(first, family), warnings: [warn(message)] };
  }
  const codes = new Set(known.map((hint) => toDeepgramCode(isoLanguageOf(hint), family)));
  return {
    fields: [...codes].map((code): QueryField => ["detect_language", code]),
    warnings:
      others.length === 0
        ? []
        : [warn(`Deepgram does not detect ${others.join(", ")} and looks for the others only.`)],
  };
};

const forSeveral = (hints: readonly string[], family: ModelFamily): LanguageParameters => {
  const covered = hints.every((hint) => isMultilingual(isoLanguageOf(hint), family));
  if (!covered) return forDetection(hints, family);
  if (family === "nova-3-medical") return medical(hints);
  const codes = family === "nova-3" ? hints.map((hint) => toDeepgramCode(hint, family)) : [];
  return { fields: [MULTILINGUAL, ...hintFields(codes)], warnings: [] };
};

const uniqueLanguages = (hints: readonly string[]): readonly string[] => {
  const codes = hints.map(isoLanguageOf);
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
  const detection = textsOf(request.options, "detect_language");
  const prompted = textsOf(request.options, "language_hint");
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
