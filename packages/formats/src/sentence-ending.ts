/** What a stretch of text ends with: a whole sentence, a part of one, or neither. */
export type Ending = "sentence" | "clause" | "none";

/** No ending needs more of the text; it bounds the work on odd input. */
const TELLING_CHARACTERS = 32;
const CLOSERS = /[\p{Pe}\p{Pf}"'`]+$/u;
const FULL_STOP = /[.．]$/u;
const STRONG = /[!?…。！？｡؟۔।॥։።។]$/u;
const WEAK = /[,;:،；，、：؛—–]$/u;
const UNCASED_STRONG = /[。！？｡؟۔।॥։።។]$/u;
const SMALL_NUMBER = /(?:^|\s)\d{1,2}\.$/u;
const INITIAL = /(?:^|[\s.\p{Ps}\p{Pi}])(?!I\.)\p{L}\.$/u;
const ABBREVIATION =
  /(?:^|\s)(?:mr|mrs|ms|dr|prof|st|sr|sra|jr|vs|etc|inc|ltd|no|nr|bzw|usw|vgl|ca|sog|bspw|mme|mlle|ud|uds)\.$/iu;

const startsLowerCase = (text: string | undefined): boolean =>
  text !== undefined && /^[^\p{L}\p{N}]*\p{Ll}/u.test(text);

/** What most words end with: nothing else has to be looked at. */
const LETTER_END = /[\p{L}\p{N}]$/u;
const ASCII_LETTER = /^[A-Za-z0-9]$/;

/** What `text` ends with, given the text that follows it; undefined when nothing does. */
export function endingOf(text: string, next: string | undefined): Ending {
  if (ASCII_LETTER.test(text.slice(-1)) || LETTER_END.test(text.slice(-2))) return "none";
  const bare = text.trimEnd().slice(-TELLING_CHARACTERS).replace(CLOSERS, "");
  if (UNCASED_STRONG.test(bare)) return "sentence";
  if (STRONG.test(bare)) return startsLowerCase(next) ? "clause" : "sentence";
  if (FULL_STOP.test(bare)) return endingOfFullStop(bare, next);
  return WEAK.test(bare) ? "clause" : "none";
}

const endingOfFullStop = (text: string, next: string | undefined): Ending => {
  if (next === undefined) return "sentence";
  if (startsLowerCase(next)) return "none";
  const goesOn = SMALL_NUMBER.test(text) || INITIAL.test(text) || ABBREVIATION.test(text);
  return goesOn ? "none" : "sentence";
};
