const MAXIMUM_MS = 3_600_000;

const toMilliseconds = (text: string | undefined, unitMs: number): number | undefined => {
  if (text === undefined || !/^\s*\d+(?:\.\d+)?\s*$/u.test(text)) return undefined;
  return Number(text) * unitMs;
};

const untilDate = (text: string | undefined, now: number): number | undefined => {
  // Only what holds a letter is a date: `Date.parse("-5")` is one in the eyes of some engines.
  if (text === undefined || !/[a-z]/iu.test(text)) return undefined;
  const time = Date.parse(text);
  return Number.isNaN(time) ? undefined : Math.max(0, time - now);
};

/**
 * How long the provider asks us to wait, in milliseconds, at most an hour: from `retry-after-ms`,
 * then `retry-after` in seconds or as an HTTP date. Undefined when it does not say.
 */
export function parseRetryAfter(
  header: (name: string) => string | undefined,
  now: number,
): number | undefined {
  const retryAfter = header("retry-after");
  const waitMs =
    toMilliseconds(header("retry-after-ms"), 1) ??
    toMilliseconds(retryAfter, 1000) ??
    untilDate(retryAfter, now);
  return waitMs === undefined ? undefined : Math.min(Math.ceil(waitMs), MAXIMUM_MS);
}
