import { TranscriptionError } from "@earshot/core";
import type { JsonObject, JsonValue, OptionSpec, OptionTable, OptionValue } from "@earshot/core";

const refuse = (name: string, expected: string): TranscriptionError =>
  new TranscriptionError("invalid_request", `'${name}' must be ${expected}.`, { param: name });

const isObject = (value: JsonValue): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const parseText = (name: string, text: string): JsonValue => {
  try {
    // JSON.parse returns `any`; what it parsed from text is a JsonValue by construction.
    return JSON.parse(text) as JsonValue;
  } catch {
    throw refuse(name, "a JSON object");
  }
};

const toBoolean = (name: string, value: JsonValue): boolean => {
  if (typeof value === "boolean") return value;
  const text = String(value).toLowerCase();
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw refuse(name, "true or false");
};

const toNumber = (
  name: string,
  value: JsonValue,
  spec: Extract<OptionSpec, { type: "number" }>,
): number => {
  const number =
    typeof value === "string" && value.trim() !== "" ? Number(value) : (value as unknown);
  const { minimum = -Infinity, maximum = Infinity, integer = false } = spec;
  const fits =
    typeof number === "number" &&
    Number.isFinite(number) &&
    number >= minimum &&
    number <= maximum &&
    (!integer || Number.isInteger(number));
  if (fits) return number;
  const range = [
    spec.minimum === undefined ? "" : ` from ${spec.minimum}`,
    spec.maximum === undefined ? "" : ` up to ${spec.maximum}`,
  ].join("");
  throw refuse(name, `${integer ? "a whole number" : "a number"}${range}`);
};

const toText = (
  name: string,
  value: JsonValue,
  spec: { readonly values?: readonly string[]; readonly maxLength?: number },
): string => {
  if (typeof value === "object") throw refuse(name, "text");
  const text = String(value);
  if (spec.values !== undefined && !spec.values.includes(text))
    throw refuse(name, `one of ${spec.values.join(", ")}`);
  if (spec.maxLength !== undefined && text.length > spec.maxLength)
    throw refuse(name, `at most ${spec.maxLength} characters long`);
  return text;
};

const toTexts = (
  name: string,
  value: JsonValue,
  spec: Extract<OptionSpec, { type: "string[]" }>,
): readonly string[] => {
  const items: readonly JsonValue[] = Array.isArray(value) ? value : [value];
  if (spec.maxItems !== undefined && items.length > spec.maxItems)
    throw refuse(name, `at most ${spec.maxItems} values`);
  return items.map((item) =>
    toText(name, item, {
      ...(spec.values === undefined ? {} : { values: spec.values }),
      ...(spec.maxItemLength === undefined ? {} : { maxLength: spec.maxItemLength }),
    }),
  );
};

const toObject = (name: string, value: JsonValue): JsonObject => {
  const parsed = typeof value === "string" ? parseText(name, value) : value;
  if (isObject(parsed)) return parsed;
  throw refuse(name, "a JSON object");
};

/** A repeated form field reaches a single-valued option as a list of one: take it out. */
const unwrap = (value: JsonValue): JsonValue =>
  Array.isArray(value) && value.length === 1 ? (value[0] ?? null) : value;

/**
 * Brings one value (text from a form, or typed from an SDK or YAML) to the type that the table
 * declares. Throws `invalid_request` with `param` when it does not fit.
 */
export function toOptionValue(name: string, value: JsonValue, spec: OptionSpec): OptionValue {
  switch (spec.type) {
    case "boolean":
      return toBoolean(name, unwrap(value));
    case "number":
      return toNumber(name, unwrap(value), spec);
    case "string":
      return toText(name, unwrap(value), spec);
    case "string[]":
      return toTexts(name, value, spec);
    case "json":
      return toObject(name, unwrap(value));
  }
}

/** Brings all values that the table knows to their types; the rest is returned by name. */
export function toOptionValues(
  values: Readonly<Record<string, JsonValue | undefined>>,
  table: OptionTable,
): { readonly options: Record<string, OptionValue>; readonly unknown: readonly string[] } {
  const options: Record<string, OptionValue> = {};
  const unknown: string[] = [];
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === null) continue;
    const spec = Object.hasOwn(table, name) ? table[name] : undefined;
    if (spec === undefined) unknown.push(name);
    else options[name] = toOptionValue(name, value, spec);
  }
  return { options, unknown };
}
