import type { JsonObject } from "@earshot/core";

const wellFormed = (_key: string, value: unknown): unknown =>
  typeof value === "string" ? value.toWellFormed() : value;

/** JSON in which every character is whole: many parsers refuse halves (`\\ud83d` alone). */
export function toJsonText(value: JsonObject): string {
  const text = JSON.stringify(value);
  // Only halves are escaped like this, or the backslash is the text's own.
  return text.includes("\\ud") ? JSON.stringify(value, wellFormed) : text;
}
