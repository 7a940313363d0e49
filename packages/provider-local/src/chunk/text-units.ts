const CJK = "\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}";
const UNIT = new RegExp(`[${CJK}ー]\\p{P}*|[^\\s${CJK}]+`, "gu");
const ENDS_WITHOUT_SPACE = new RegExp(`[${CJK}ー、。，！？；：」』）]$`, "u");
const STARTS_WITHOUT_SPACE = new RegExp(`^[${CJK}「『（]`, "u");

/** The words of a text with their punctuation; each Chinese or Japanese character is one. */
export function wordsOf(text: string): readonly string[] {
  return text.match(UNIT) ?? [];
}

/** What belongs between two texts: a space, or nothing where the script writes none. */
export function joinerOf(before: string, after: string): "" | " " {
  if (before === "" || after === "") return "";
  return ENDS_WITHOUT_SPACE.test(before) && STARTS_WITHOUT_SPACE.test(after) ? "" : " ";
}
