const ZERO_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;
const WIDE =
  /[\u1100-\u115f\u3000-\u30ff\p{Script=Han}\p{Script=Hangul}\uff01-\uff60\uffe0-\uffe6\p{Emoji_Presentation}]/u;
const UNSPACED_CLASS = String.raw`[\u3000-\u30ff\uff01-\uff9f\p{Script=Han}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]`;
const UNSPACED = new RegExp(UNSPACED_CLASS, "u");
const UNSPACED_START = new RegExp(`^${UNSPACED_CLASS}`, "u");
const UNSPACED_END = new RegExp(`${UNSPACED_CLASS}$`, "u");
const ASCII = /^[\x20-\x7e]*$/;
const ASCII_LETTER_START = /^[A-Za-z0-9]/;
const CLOSING = /^[\p{Pe}\p{Pf}\p{Po}\p{M}\u30fc\u3005\u309d\u30fd]/u;
const OPENING = /[\p{Ps}\p{Pi}¿¡]$/u;

const columnsOfCharacter = (character: string): number => {
  if (ZERO_WIDTH.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
};

/** What the expressions have said of each character up to U+FFFF, by its code; 3 for not asked yet. */
const knownColumns = new Uint8Array(0x1_0000).fill(3);

const columnsOfCode = (code: number): number => {
  const known = knownColumns[code];
  if (known !== undefined && known < 3) return known;
  const columns = columnsOfCharacter(String.fromCodePoint(code));
  knownColumns[code] = columns;
  return columns;
};

/** Width on the screen in columns: 2 for East Asian wide characters, 0 for combining marks. */
export function columnsOf(text: string): number {
  if (ASCII.test(text)) return text.length;
  let columns = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.codePointAt(index) ?? 0;
    columns += columnsOfCode(code);
    if (code > 0xffff) index += 1;
  }
  return columns;
}

/** Whether the text holds a script that has no spaces between words, such as Japanese. */
export const isUnspaced = (text: string): boolean => !ASCII.test(text) && UNSPACED.test(text);

/** Whether the text begins in a script that is written without spaces between words. */
export const startsUnspaced = (text: string): boolean => UNSPACED_START.test(text);

/** Whether no line may begin with this text: closing punctuation, marks of repetition. */
export const clingsToPrevious = (text: string): boolean => CLOSING.test(text);

/** Whether no line may end with this text, such as an opening bracket. */
export const clingsToNext = (text: string): boolean => OPENING.test(text);

/** The space to put between two words that come without their spacing: one, or none. */
export function spaceBetween(left: string, right: string): "" | " " {
  if (ASCII_LETTER_START.test(right)) return " ";
  if (/^[\p{Pe}\p{Pf}.,;:!?،؛؟]/u.test(right)) return "";
  return UNSPACED_END.test(left.slice(-2)) && startsUnspaced(right) ? "" : " ";
}

const UNEVEN_SPACE = /[^\S ]|\p{Cc}| {2}/u;

/** The text on one line: every run of white space and control characters becomes one space. */
export const onOneLine = (text: string): string =>
  (UNEVEN_SPACE.test(text) ? text.replaceAll(/[\s\p{Cc}]+/gu, " ") : text).trim();
