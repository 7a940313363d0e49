import type { OptionTable, OptionValue } from "@earshot/core";

const isList = (value: OptionValue): value is readonly string[] => Array.isArray(value);

const toTexts = (value: OptionValue): readonly string[] => {
  if (typeof value === "string") return [value];
  if (typeof value === "boolean" || typeof value === "number") return [String(value)];
  if (isList(value)) return value;
  return [JSON.stringify(value)];
};

/**
 * The options that the table knows (all of them without a table), in the order given, as form fields
 * or query parameters: lists repeat their name, objects become JSON text.
 */
export function toOptionFields(
  options: Readonly<Record<string, OptionValue>>,
  table?: OptionTable,
): [name: string, value: string][] {
  return Object.entries(options)
    .filter(([name]) => table === undefined || Object.hasOwn(table, name))
    .flatMap(([name, value]) => toTexts(value).map((text): [string, string] => [name, text]));
}
