import type { JsonObject, JsonValue } from "./option-spec.ts";

/** The value that a JSON text stands for; undefined when the text is no JSON. */
export function parseJson(text: string): JsonValue | undefined {
  try {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what JSON.parse answers is a JsonValue by construction
    return JSON.parse(text) as JsonValue;
  } catch {
    return undefined;
  }
}

/** True for objects, false for lists and `null`. */
export const isJsonObject = (value: JsonValue | undefined): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** True for lists; unlike `Array.isArray` it keeps the type of their values. */
export const isJsonList = (value: JsonValue | undefined): value is readonly JsonValue[] =>
  Array.isArray(value);
