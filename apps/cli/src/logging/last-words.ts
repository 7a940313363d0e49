/** How long a reader that does not read may hold up the end of a process, all its outputs together. */
const LAST_WORDS_MS = 1000;

let beganAtMs: number | undefined;

/** What is left of that time, in milliseconds; it begins with the first call. */
export function lastWordsMs(): number {
  beganAtMs ??= performance.now();
  return Math.max(0, beganAtMs + LAST_WORDS_MS - performance.now());
}
