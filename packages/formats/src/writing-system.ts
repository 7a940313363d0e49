const ZERO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;
const WIDE =
  /[\u1100-\u115f\u3000-\u30ff\p{Script=Han}\p{Script=Hangul}\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u;
const UNSPACED_CLASS = String.raw`[\u3000-\u30ff\uff01-\uff9f\p{Script=Han}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]`;
const UNSPACED = new RegExp(UNSPACED_CLASS, "u");
const UNSPACED_START = new RegExp(`^${UNSPACED_CLASS}`, "u");
const UNSPACED_END = new RegExp(`${UNSPACED_CLASS}$`, "u");
const ASCII = /^[\x20-\x7e]*$/;
const CLOSING = /^[\p{Pe}\p{Pf}\p{Po}\p{M}\u30fc\u3005\u309d\u30fd]/u;
const OPENING = /[\p{Ps}\p{Pi}¿¡]$/u;

const columnsOfCharacter = (character: string): number => {
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
};

/** Width on the screen in columns: 2 for East Asian wide characters, 0 for combining marks. */
export function columnsOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (const character of text) columns += columnsOfCharacter(character);
  return columns;
}

/** Whether the text holds a script that has no spaces between words, such as Japanese. */
export const isUnspaced = (text: string): boolean => UNSPACED.test(text);

/** Whether the text begins in a script that is written without spaces between words. */
export const startsUnspaced = (text: string): boolean => UNSPACED_START.test(text);

/** Whether no line may begin with this text: closing punctuation, marks of repetition. */
export const clingsToPrevious = (text: string): boolean => CLOSING.test(text);

/** Whether no line may end with this text, such as an opening bracket. */
export const clingsToNext = (text: string): boolean => OPENING.test(text);

/** The space to put between two words that come without their spacing: one, or none. */
export function spaceBetween(left: string, right: string): "" | " " {
  if (/^[\p{Pe}\p{Pf}.,;:!?،؛؟]/u.test(right)) return "";
  return UNSPACED_END.test(left.slice(-2)) && startsUnspaced(right) ? "" : " ";
}

/** The text on one line: every run of white space and control characters becomes one space. */
export const onOneLine = (text: string): string => text.replaceAll(/[\s\p{Cc}]+/gu, " ").trim();
