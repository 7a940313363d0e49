import { isoLanguageOf, toIsoLanguage, TranscriptionError } from "@earshot/core";
import type { Capabilities, CapabilityTable } from "@earshot/core";

/** Names that are in use and that the vendor's list of models does not hold. */
const ALIASES: ReadonlyMap<string, string> = new Map([
  ["best", "universal-3-5-pro"],
  // How the vendor writes it everywhere but in its API.
  ["universal-3.5-pro", "universal-3-5-pro"],
]);

/** Models that the vendor took out of service, and what it serves in their place. */
const RETIRED: ReadonlyMap<string, string> = new Map([
  ["nano", "universal-2"],
  ["universal", "universal-2"],
  ["slam-1", "universal-3-5-pro"],
]);

/**
 * The vendor's own name for a model; a name that is not known is taken for a newer one. Throws
 * `service_discontinued` for a model that the vendor no longer serves.
 *
 * @see https://www.assemblyai.com/docs/pre-recorded-audio/select-the-speech-model
 */
export function toAssemblyaiModel(name: string): string {
  const successor = RETIRED.get(name);
  if (successor === undefined) return ALIASES.get(name) ?? name;
  throw new TranscriptionError(
    "service_discontinued",
    `AssemblyAI no longer serves the model ${name}. Use ${successor} in its place.`,
    { param: "model", provider: "assemblyai" },
  );
}

const list = (codes: string): readonly string[] => codes.split(" ");

/**
 * The languages of each model, as ISO codes.
 *
 * @see https://www.assemblyai.com/docs/pre-recorded-audio/supported-languages
 */
const MODEL_LANGUAGES = {
  universal2: list(
    "en es fr de gsw it pt nl af sq am ar hy as az ba eu be bn bs br bg my ca zh hr cs da et fo fi gl ka el gu ht ha haw he hi hu is id ja jv kn kk km ko lo la lv ln lt lb mk mg ms ml mt mi mr mn ne no nn oc pa ps fa pl ro ru sa sr sn sd si sk sl so su sw sv tl tg ta tt te th bo tr tk uk ur uz vi cy yi yo",
  ),
  universal3Pro: list("en es pt fr de it"),
  universal35Pro: list("en es fr de it pt tr nl sv no da fi hi vi ar he ja zh"),
};

/** Regional kinds of a language that the vendor tells apart. */
const REGIONAL: ReadonlyMap<string, string> = new Map([
  ["en-us", "en_us"],
  ["en-gb", "en_uk"],
  ["en-uk", "en_uk"],
  ["en-au", "en_au"],
]);

/** Languages that the vendor calls otherwise than ISO does. */
const OWN_CODES: ReadonlyMap<string, string> = new Map([
  ["gsw", "de_ch"],
  ["jv", "jw"],
]);

/** The vendor's `language_code` for a hint (ISO 639, BCP 47 or a name); unknown ones in lower case. */
export function toAssemblyaiLanguage(hint: string): string {
  const key = hint.trim().toLowerCase().replaceAll("_", "-");
  const iso = isoLanguageOf(key);
  return REGIONAL.get(key) ?? OWN_CODES.get(iso) ?? iso;
}

/** The ISO code for the vendor's `language_code`; undefined when it is no known language. */
export function fromAssemblyaiLanguage(code: string): string | undefined {
  return code === "de_ch" ? "gsw" : toIsoLanguage(code);
}

/** What a model that is not in the table is taken for: a successor of Universal-3.5 Pro. */
const promptable: Capabilities = {
  nativeFormats: [],
  wordTimestamps: "measured",
  // Utterances come with speakers only; the gateway makes segments of the words.
  segmentTimestamps: false,
  diarization: true,
  maxKnownSpeakers: 0,
  streaming: false,
  translation: false,
  // Limited to 1,500 words, not to characters.
  prompt: true,
  keywords: true,
  maxKeywords: 1000,
  temperature: true,
  logprobs: false,
  languages: "any",
  chunkingStrategy: false,
  languageDetection: true,
  urlInput: true,
  mediaTypes: "any",
  maxSizeBytes: 2_200_000_000,
  maxDurationSeconds: 36_000,
  minDurationSeconds: 0.16,
};

/**
 * What AssemblyAI's models for recorded audio can do.
 *
 * @see https://www.assemblyai.com/docs/getting-started/models
 * @see https://www.assemblyai.com/docs/faq/are-there-any-limits-on-file-size-or-file-duration-for-files-submitted-to-the-api
 */
export const assemblyaiCapabilities: CapabilityTable = {
  default: promptable,
  models: [
    { match: "universal-3*5-pro", differs: { languages: MODEL_LANGUAGES.universal35Pro } },
    { match: "universal-3-pro", differs: { languages: MODEL_LANGUAGES.universal3Pro } },
    {
      match: "universal-2",
      differs: {
        languages: MODEL_LANGUAGES.universal2,
        maxKeywords: 200,
        prompt: false,
        temperature: false,
      },
    },
  ],
};
