import { toIsoLanguage } from "@earshot/core";
import type { ModelFamily } from "./deepgram-models.ts";

const list = (codes: string): readonly string[] => codes.split(" ");

/**
 * The languages of each kind of model, as ISO codes.
 *
 * @see https://developers.deepgram.com/docs/models-languages-overview
 * @see https://developers.deepgram.com/docs/deepgram-whisper-cloud
 */
export const MODEL_LANGUAGES: Readonly<
  Record<
    "nova3" | "nova3Medical" | "nova2" | "nova" | "enhanced" | "base" | "whisper",
    readonly string[]
  >
> = {
  nova3: list(
    "en es fr de pt it nl hi ja ru ko zh yue af ar be bg bn bs ca cs da el et fa fi gl gu he hr hu id kk kn lt lv mk mr ms ne no pa pl ro sk sl sr sv ta te th tl tr uk ur vi xh zu",
  ),
  nova3Medical: list("en es fr de pt it nl hi ja ru"),
  nova2: list(
    "en es fr de pt it nl hi ja ru ko zh yue bg ca cs da el et fi hu id lt lv ms no pl ro sk sv th tr uk vi",
  ),
  nova: list("en es hi"),
  enhanced: list("en es fr de pt it nl hi ja ko da no pl sv ta"),
  base: list("en es fr de pt it nl hi ja ru ko zh da id no pl sv tr uk"),
  whisper: list(
    "en zh de es ru ko fr ja pt tr pl ca nl ar sv it id hi fi vi he uk el ms cs ro da hu ta no th ur hr bg lt la mi ml cy sk te fa lv bn sr az sl kn et mk br eu is hy ne mn bs kk sq sw gl mr pa si km sn yo so af oc ka be tg sd gu am yi lo uz fo ht ps tk nn mt sa lb my bo tl mg as tt haw ln ha ba jv su",
  ),
};

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

/** ISO code of a hint; the hint itself when it is no known language. */
export const isoOf = (hint: string): string => toIsoLanguage(hint) ?? hint.toLowerCase();

/** A hint as the model wants to read it: `pt-BR` stays, `en-ZA` becomes `en`. */
export function toDeepgramCode(hint: string, family: ModelFamily): string {
  const iso = isoOf(hint);
  const special = SPECIAL_CODES[family]?.get(iso);
  if (special !== undefined) return special;
  if (family !== "nova-3" && family !== "nova-2") return iso;
  return LOCALES.get(hint.trim().toLowerCase().replaceAll("_", "-")) ?? iso;
}

/** Whether `detect_language` can be told to look for it. */
export function isDetectable(iso: string, family: ModelFamily): boolean {
  return family === "whisper" || DETECTABLE.has(iso);
}

/** Whether `language=multi` of the model covers it. */
export function isMultilingual(iso: string, family: ModelFamily): boolean {
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
export function isMultilingualOnly(iso: string, family: ModelFamily): boolean {
  if (family === "nova-3-medical") return iso !== "en";
  return family === "nova-3" && NOVA3_MULTILINGUAL_ONLY.has(iso);
}
