import { isJsonList, isJsonObject, parseJson, TranscriptionError } from "@earshot/core";
import type { JsonObject, JsonValue, OptionSpec, OptionTable, OptionValue } from "@earshot/core";

const refuse = (name: string, expected: string): TranscriptionError =>
  new TranscriptionError("invalid_request", `'${name}' must be ${expected}.`, { param: name });

const toBoolean = (name: string, value: JsonValue): boolean => {
  if (typeof value === "boolean") return value;
  const text = JSON.stringify(value).replaceAll('"', "").toLowerCase();
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw refuse(name, "true or false");
};

type NumberSpec = Extract<OptionSpec, { type: "number" }>;

const parseNumber = (value: JsonValue): number => {
  if (typeof value === "string") return value.trim() === "" ? Number.NaN : Number(value);
  return typeof value === "number" ? value : Number.NaN;
};

const describeNumber = ({ integer, minimum, maximum }: NumberSpec): string => {
  const from = minimum === undefined ? "" : ` from ${minimum}`;
  const upTo = maximum === undefined ? "" : ` up to ${maximum}`;
  return `${integer === true ? "a whole number" : "a number"}${from}${upTo}`;
};

const toNumber = (name: string, value: JsonValue, spec: NumberSpec): number => {
  const number = parseNumber(value);
  const { minimum = -Infinity, maximum = Infinity } = spec;
  const isKind = spec.integer === true ? Number.isInteger(number) : Number.isFinite(number);
  if (!isKind || number < minimum || number > maximum) throw refuse(name, describeNumber(spec));
  return number;
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
  const items = isJsonList(value) ? value : [value];
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
  const parsed = typeof value === "string" ? parseJson(value) : value;
  if (isJsonObject(parsed)) return parsed;
  throw refuse(name, "a JSON object");
};

/** A repeated form field reaches a single-valued option as a list of one: take it out. */
const unwrap = (value: JsonValue): JsonValue =>
  isJsonList(value) && value.length === 1 ? (value[0] ?? null) : value;

/**
 * Brings one value (text from a form, or typed from an SDK or YAML) to the type that the table
 * declares. Throws `invalid_request` with `param` when it does not fit.
 */
function toOptionValue(name: string, value: JsonValue, spec: OptionSpec): OptionValue {
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
