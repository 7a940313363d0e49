/** A provider breaks a rule; the message says which, where, and what was expected. */
export class ConformanceError extends Error {
  override readonly name = "ConformanceError";
}

/** Throws a `ConformanceError` with the message unless the condition holds. */
export function ensure(condition: boolean, message: string): asserts condition {
  if (!condition) throw new ConformanceError(message);
}

/** A value as short JSON, for messages. */
export function show(value: unknown): string {
  const text = typeof value === "string" ? value : (JSON.stringify(value) ?? String(value));
  return text.length <= 400 ? text : `${text.slice(0, 400)}…`;
}

/** What an unknown error says, with its kind and code. */
export function showError(error: unknown): string {
  if (!(error instanceof Error)) return `something that is no error: ${show(error)}`;
  const code = "code" in error && typeof error.code === "string" ? ` ${error.code}` : "";
  return `${error.name}${code}: ${error.message}`;
}

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
