import { ConformanceError } from "./conformance-error.ts";

/** Every text in a value: also in properties that JSON leaves out, such as `stack` and `cause`. */
const textsOf = (value: unknown, seen: Set<unknown>): readonly string[] => {
  if (typeof value === "string") return [value];
  if (typeof value !== "object" || value === null || seen.has(value)) return [];
  seen.add(value);
  return Reflect.ownKeys(value).flatMap((key) => textsOf(Reflect.get(value, key), seen));
};

/** Throws when one of the secrets is anywhere in the value. */
export function ensureNoSecret(value: unknown, secrets: readonly string[], where: string): void {
  const texts = [...textsOf(value, new Set()), String(value), JSON.stringify(value) ?? ""];
  for (const secret of secrets) {
    // The secret itself is not in this message either.
    if (!texts.some((text) => text.includes(secret))) continue;
    throw new ConformanceError(`The API key is in ${where}.`);
  }
}
