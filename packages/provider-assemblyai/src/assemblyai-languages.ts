import { toIsoLanguage } from "@earshot/core";

const list = (codes: string): readonly string[] => codes.split(" ");

/**
 * The languages of each model, as ISO codes.
 *
 * @see https://www.assemblyai.com/docs/pre-recorded-audio/supported-languages
 */
export const MODEL_LANGUAGES: Readonly<
  Record<"universal2" | "universal3Pro" | "universal35Pro", readonly string[]>
> = {
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
  const iso = toIsoLanguage(key) ?? key;
  return REGIONAL.get(key) ?? OWN_CODES.get(iso) ?? iso;
}

/** The ISO code for the vendor's `language_code`; undefined when it is no known language. */
export function fromAssemblyaiLanguage(code: string): string | undefined {
  return code === "de_ch" ? "gsw" : toIsoLanguage(code);
}
