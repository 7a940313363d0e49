type Language = readonly [code: string, name: string, otherNames?: string];

/**
 * ISO 639-1 code (ISO 639-3 where there is none), English name as Whisper spells it, and everything
 * else that providers call it: three-letter codes, retired codes, single languages of a macrolanguage.
 *
 * @see https://www.loc.gov/standards/iso639-2/php/code_list.php
 */
const LANGUAGES: readonly Language[] = [
  ["en", "english", "eng"],
  ["zh", "chinese", "zho,chi,cmn,mandarin,mandarin chinese,hans,hant"],
  ["de", "german", "deu,ger"],
  ["es", "spanish", "spa,castilian"],
  ["ru", "russian", "rus"],
  ["ko", "korean", "kor"],
  ["fr", "french", "fra,fre"],
  ["ja", "japanese", "jpn"],
  ["pt", "portuguese", "por"],
  ["tr", "turkish", "tur"],
  ["pl", "polish", "pol"],
  ["ca", "catalan", "cat,valencian"],
  ["nl", "dutch", "nld,dut,flemish,vls"],
  ["ar", "arabic", "ara,arb,modern standard arabic"],
  ["sv", "swedish", "swe"],
  ["it", "italian", "ita"],
  ["id", "indonesian", "ind,in"],
  ["hi", "hindi", "hin"],
  ["fi", "finnish", "fin"],
  ["vi", "vietnamese", "vie"],
  ["he", "hebrew", "heb,iw"],
  ["uk", "ukrainian", "ukr"],
  ["el", "greek", "ell,gre,modern greek"],
  ["ms", "malay", "msa,may,zsm,zlm"],
  ["cs", "czech", "ces,cze"],
  ["ro", "romanian", "ron,rum,mo,mol,moldavian,moldovan"],
  ["da", "danish", "dan"],
  ["hu", "hungarian", "hun"],
  ["ta", "tamil", "tam"],
  ["no", "norwegian", "nor,nb,nob,bokmal,bokmål,norwegian bokmål,norwegian bokmal"],
  ["th", "thai", "tha"],
  ["ur", "urdu", "urd"],
  ["hr", "croatian", "hrv"],
  ["bg", "bulgarian", "bul"],
  ["lt", "lithuanian", "lit"],
  ["la", "latin", "lat"],
  ["mi", "maori", "mri,mao,māori"],
  ["ml", "malayalam", "mal"],
  ["cy", "welsh", "cym,wel"],
  ["sk", "slovak", "slk,slo"],
  ["te", "telugu", "tel"],
  ["fa", "persian", "fas,per,pes,prs,farsi,dari"],
  ["lv", "latvian", "lav,lvs"],
  ["bn", "bengali", "ben,bangla"],
  ["sr", "serbian", "srp"],
  ["az", "azerbaijani", "aze,azj"],
  ["sl", "slovenian", "slv,slovene"],
  ["kn", "kannada", "kan"],
  ["et", "estonian", "est,ekk"],
  ["mk", "macedonian", "mkd,mac"],
  ["br", "breton", "bre"],
  ["eu", "basque", "eus,baq"],
  ["is", "icelandic", "isl,ice"],
  ["hy", "armenian", "hye,arm"],
  ["ne", "nepali", "nep,npi"],
  ["mn", "mongolian", "mon,khk"],
  ["bs", "bosnian", "bos"],
  ["kk", "kazakh", "kaz"],
  ["sq", "albanian", "sqi,alb,als,aln"],
  ["sw", "swahili", "swa,swh"],
  ["gl", "galician", "glg"],
  ["mr", "marathi", "mar"],
  ["pa", "punjabi", "pan,panjabi,pnb"],
  ["si", "sinhala", "sin,sinhalese"],
  ["km", "khmer", "khm"],
  ["sn", "shona", "sna"],
  ["yo", "yoruba", "yor"],
  ["so", "somali", "som"],
  ["af", "afrikaans", "afr"],
  ["oc", "occitan", "oci"],
  ["ka", "georgian", "kat,geo"],
  ["be", "belarusian", "bel"],
  ["tg", "tajik", "tgk"],
  ["sd", "sindhi", "snd"],
  ["gu", "gujarati", "guj"],
  ["am", "amharic", "amh"],
  ["yi", "yiddish", "yid,ydd,ji"],
  ["lo", "lao", "lao"],
  ["uz", "uzbek", "uzb,uzn"],
  ["fo", "faroese", "fao"],
  ["ht", "haitian creole", "hat,haitian"],
  ["ps", "pashto", "pus,pbt,pbu,pushto"],
  ["tk", "turkmen", "tuk"],
  ["nn", "nynorsk", "nno,norwegian nynorsk"],
  ["mt", "maltese", "mlt"],
  ["sa", "sanskrit", "san"],
  ["lb", "luxembourgish", "ltz,letzeburgesch"],
  ["my", "myanmar", "mya,bur,burmese"],
  ["bo", "tibetan", "bod,tib"],
  ["tl", "tagalog", "tgl,fil,filipino"],
  ["mg", "malagasy", "mlg,plt"],
  ["as", "assamese", "asm"],
  ["tt", "tatar", "tat"],
  ["haw", "hawaiian"],
  ["ln", "lingala", "lin"],
  ["ha", "hausa", "hau"],
  ["ba", "bashkir", "bak"],
  ["jv", "javanese", "jav,jw"],
  ["su", "sundanese", "sun"],
  ["yue", "cantonese", "zh-yue"],
  ["ab", "abkhazian", "abk"],
  ["ak", "akan", "aka"],
  ["ast", "asturian"],
  ["bem", "bemba"],
  ["ceb", "cebuano"],
  ["ckb", "central kurdish", "sorani"],
  ["co", "corsican", "cos"],
  ["cv", "chuvash", "chv"],
  ["dv", "divehi", "div,maldivian"],
  ["ee", "ewe", "ewe"],
  ["eo", "esperanto", "epo"],
  ["ff", "fulah", "ful,fulani"],
  ["fy", "western frisian", "fry,frisian"],
  ["ga", "irish", "gle"],
  ["gd", "scottish gaelic", "gla,gaelic"],
  ["gn", "guarani", "grn"],
  ["gsw", "swiss german"],
  ["ia", "interlingua", "ina"],
  ["ig", "igbo", "ibo"],
  ["kab", "kabyle"],
  ["kea", "kabuverdianu", "cape verdean creole"],
  ["ku", "kurdish", "kur,kmr,kurmanji"],
  ["ky", "kyrgyz", "kir,kirghiz"],
  ["lg", "ganda", "lug,luganda"],
  ["luo", "luo"],
  ["nan", "min nan chinese", "hokkien,taiwanese"],
  ["nso", "northern sotho", "sepedi"],
  ["ny", "nyanja", "nya,chichewa"],
  ["om", "oromo", "orm"],
  ["or", "odia", "ori,ory,oriya"],
  ["qu", "quechua", "que"],
  ["rw", "kinyarwanda", "kin"],
  ["sc", "sardinian", "srd"],
  ["st", "southern sotho", "sot,sesotho"],
  ["ti", "tigrinya", "tir"],
  ["tn", "tswana", "tsn,setswana"],
  ["ts", "tsonga", "tso"],
  ["ug", "uyghur", "uig,uighur"],
  ["umb", "umbundu"],
  ["wo", "wolof", "wol"],
  ["wuu", "wu chinese", "shanghainese"],
  ["xh", "xhosa", "xho"],
  ["zu", "zulu", "zul"],
];

const NAMES: ReadonlyMap<string, string> = new Map(LANGUAGES.map(([code, name]) => [code, name]));

const CODES: ReadonlyMap<string, string> = new Map(
  LANGUAGES.flatMap(([code, name, otherNames]) =>
    [code, name, ...(otherNames?.split(",") ?? [])].map((key): [string, string] => [key, code]),
  ),
);

/**
 * The ISO 639-1 code (ISO 639-3 where there is none) of whatever a provider calls a language: a
 * name, a two- or three-letter code or a locale, in any case (`English`, `eng`, `en-US`, `en_us`).
 * Undefined when it is no known language.
 */
export function toIsoLanguage(nameOrCode: string): string | undefined {
  const key = nameOrCode.trim().toLowerCase().replaceAll("_", "-");
  const whole = CODES.get(key);
  if (whole !== undefined) return whole;
  const [beforeBracket = ""] = key.split("(", 1);
  const withoutRegion = beforeBracket.trimEnd();
  const [first = "", second = ""] = withoutRegion.split("-");
  return CODES.get(`${first}-${second}`) ?? CODES.get(first);
}

/** One spelling for each language hint, so that hints compare: its ISO code where it has one. */
export const isoLanguageOf = (hint: string): string => toIsoLanguage(hint) ?? hint.toLowerCase();

/**
 * The lower-case English name that Whisper answers with, such as `english`, for any spelling that
 * `toIsoLanguage` understands; undefined when it is no known language.
 */
export function languageName(code: string): string | undefined {
  const iso = toIsoLanguage(code);
  return iso === undefined ? undefined : NAMES.get(iso);
}
