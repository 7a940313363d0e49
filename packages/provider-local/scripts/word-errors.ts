/** How a hypothesis differs from a reference, in words. */
export interface WordErrors {
  readonly errors: number;
  readonly words: number;
}

/** What is made equal before words are compared, for the user to read. */
export const NORMALISATION: string =
  "upper and lower case, punctuation and hyphens count for nothing; a number in digits is read digit by digit; Mr. is mister";

const DIGITS = ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/** The words of a text as they are compared. */
export function normalisedWords(text: string): readonly string[] {
  return text
    .toLowerCase()
    .replaceAll(/\bmr\b\.?/gu, "mister")
    .replaceAll(/\d/gu, (digit) => ` ${DIGITS[Number(digit)]} `)
    .replaceAll(/[-–—]/gu, " ")
    .replaceAll(/[^\p{L}\s']/gu, "")
    .split(/\s+/u)
    .filter((word) => word !== "");
}

/** The fewest words to replace, drop and insert, by Levenshtein's distance. */
export function countWordErrors(reference: string, hypothesis: string): WordErrors {
  const [wanted, heard] = [normalisedWords(reference), normalisedWords(hypothesis)];
  let row = Array.from({ length: heard.length + 1 }, (_, index) => index);
  for (const [index, word] of wanted.entries()) {
    const next = [index + 1];
    for (const [column, other] of heard.entries()) {
      const replaced = (row[column] ?? 0) + (word === other ? 0 : 1);
      next.push(Math.min(replaced, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return { errors: row.at(-1) ?? 0, words: wanted.length };
}
