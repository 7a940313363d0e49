import type { Capabilities, CapabilityTable } from "@earshot/core";

/**
 * What Deepgram's models have in common where their parameters differ.
 *
 * @see https://developers.deepgram.com/docs/models-languages-overview
 */
export type ModelFamily = "flux" | "nova-3" | "nova-3-medical" | "nova-2" | "whisper" | "other";

/**
 * The family of a model by its name. `nova-2` are the general models of that generation, `other` is
 * everything older, made for one purpose or trained for one customer.
 */
export function familyOf(model: string): ModelFamily {
  const name = model.toLowerCase();
  if (name.startsWith("flux")) return "flux";
  if (name.startsWith("nova-3-medical")) return "nova-3-medical";
  if (name.startsWith("nova-3")) return "nova-3";
  if (name === "nova-2" || name === "nova-2-general") return "nova-2";
  return name.startsWith("whisper") ? "whisper" : "other";
}

/** The query parameter that takes terms to listen for; undefined for models without one. */
export function vocabularyParameterOf(family: ModelFamily): "keyterm" | "keywords" | undefined {
  switch (family) {
    case "nova-3":
    case "nova-3-medical":
      return "keyterm";
    case "nova-2":
    case "other":
      return "keywords";
    case "whisper":
    case "flux":
      return undefined;
  }
}

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

const GIBIBYTE = 1024 ** 3;
export const MAXIMUM_KEYWORDS = 100;
/** Of all terms together; no term has less than one. */
export const MAXIMUM_KEYTERM_TOKENS = 500;

/** Custom models are known by names of the customer's own, so nothing is ruled out for them. */
const usual: Capabilities = {
  nativeFormats: [],
  wordTimestamps: "measured",
  segmentTimestamps: true,
  diarization: true,
  maxKnownSpeakers: 0,
  streaming: false,
  translation: false,
  prompt: false,
  keywords: true,
  maxKeywords: MAXIMUM_KEYWORDS,
  temperature: false,
  logprobs: false,
  languages: "any",
  chunkingStrategy: false,
  languageDetection: true,
  urlInput: true,
  mediaTypes: "any",
  maxSizeBytes: 2 * GIBIBYTE,
};

/** What the English models of every generation are made for: `nova-2-meeting`, `base-video`, …. */
const ENGLISH_USES = list(
  "meeting phonecall finance conversationalai voicemail video medical drivethru automotive atc",
);

/**
 * What Deepgram's pre-recorded API can do with each model.
 *
 * @see https://developers.deepgram.com/docs/models-languages-overview
 * @see https://developers.deepgram.com/docs/pre-recorded-audio
 */
export const deepgramCapabilities: CapabilityTable = {
  default: usual,
  models: [
    {
      match: "nova-3-medical*",
      differs: { languages: MODEL_LANGUAGES.nova3Medical, maxKeywords: MAXIMUM_KEYTERM_TOKENS },
    },
    {
      match: "nova-3*",
      differs: { languages: MODEL_LANGUAGES.nova3, maxKeywords: MAXIMUM_KEYTERM_TOKENS },
    },
    ...ENGLISH_USES.map((use) => ({ match: `*${use}`, differs: { languages: ["en"] } })),
    { match: "nova-2*", differs: { languages: MODEL_LANGUAGES.nova2 } },
    { match: "nova*", differs: { languages: MODEL_LANGUAGES.nova } },
    { match: "enhanced*", differs: { languages: MODEL_LANGUAGES.enhanced } },
    { match: "base*", differs: { languages: MODEL_LANGUAGES.base } },
    { match: "whisper*", differs: { languages: MODEL_LANGUAGES.whisper, keywords: false } },
  ],
};
