const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A plain object as a record; undefined for everything else, arrays included. */
export function asRecord(value: unknown): Record<string, unknown> | undefined {
  return isRecord(value) ? value : undefined;
}

/** The array itself; empty for everything else. */
export function asArray(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The string itself; undefined for everything else. */
export function asString(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}

/** A finite number, or one written as a decimal string; undefined for everything else. */
export function asNumber(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}

/** No recording is longer than thirty days. */
const LONGEST_SECONDS = 30 * 24 * 3600;

/** As `asNumber`, for a time or a length: undefined also when it is negative or more than thirty days. */
export function asSeconds(value: unknown): number | undefined {
  const seconds = asNumber(value);
  return seconds === undefined || seconds < 0 || seconds > LONGEST_SECONDS ? undefined : seconds;
}

/** A boolean, or `true`/`false` as a string; undefined for everything else. */
export function asBoolean(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (value === "true") return true;
  return value === "false" ? false : undefined;
}
