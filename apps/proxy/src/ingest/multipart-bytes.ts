/** What follows the bytes of a boundary; `data` means that they only looked like one. */
export type Delimiter =
  | { readonly kind: "more" | "close" | "data" }
  | { readonly kind: "part"; readonly next: number };

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const DASH = 45;
/** RFC 2046 allows spaces and tabs after a boundary; nobody needs many. */
const MAX_PADDING = 64;

/** Reads what stands behind a boundary at that position. */
export function readDelimiter(chunk: Buffer, from: number): Delimiter {
  let at = from;
  while (at - from < MAX_PADDING && (chunk[at] === SPACE || chunk[at] === TAB)) at++;
  if (chunk[at] === LF) return { kind: "part", next: at + 1 };
  if (at + 1 >= chunk.length) return { kind: "more" };
  if (chunk[at] === CR && chunk[at + 1] === LF) return { kind: "part", next: at + 2 };
  const closes = at === from && chunk[at] === DASH && chunk[at + 1] === DASH;
  return { kind: closes ? "close" : "data" };
}

/** How many bytes at the end of the chunk could be the beginning of the needle. */
export function overlapOf(chunk: Buffer, from: number, needle: Buffer): number {
  const first = needle[0] ?? CR;
  let at = chunk.indexOf(first, Math.max(from, chunk.length - needle.length + 1));
  while (at >= 0 && chunk.compare(needle, 0, chunk.length - at, at) !== 0)
    at = chunk.indexOf(first, at + 1);
  return at < 0 ? 0 : chunk.length - at;
}

/**
 * The end of the header lines and the position after the empty line; undefined before it came. No
 * line ends before `searchFrom` but those that were looked at before.
 */
export function findHeaderEnd(
  chunk: Buffer,
  from: number,
  searchFrom: number,
): { readonly end: number; readonly next: number } | undefined {
  if (chunk[from] === LF) return { end: from, next: from + 1 };
  if (chunk[from] === CR && chunk[from + 1] === LF) return { end: from, next: from + 2 };
  for (let at = chunk.indexOf(LF, searchFrom); at >= 0; at = chunk.indexOf(LF, at + 1)) {
    if (chunk[at + 1] === LF) return { end: at, next: at + 2 };
    if (chunk[at + 1] === CR && chunk[at + 2] === LF) return { end: at, next: at + 3 };
  }
  return undefined;
}
