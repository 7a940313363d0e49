import { isJsonList, isJsonObject, parseJson, TranscriptionError } from "@earshot/core";
import type { JsonObject, JsonValue } from "@earshot/core";
import type { FormFields } from "./ingest/form-text.ts";

/** What a client gets that wrote something else into a field than it may hold. */
export const invalidField = (param: string, message: string): TranscriptionError =>
  new TranscriptionError("invalid_request", message, { param });

/** All values of a field, empty ones left out. */
const valuesOf = (fields: FormFields, name: string): readonly string[] =>
  fields.get(name)?.filter((value) => value !== "") ?? [];

/** The last value of a field; undefined when it is absent or empty. */
export const readText = (fields: FormFields, name: string): string | undefined =>
  valuesOf(fields, name).at(-1);

/** The last value of a field; undefined when it is absent, empty or `null`. */
export const readWord = (fields: FormFields, name: string): string | undefined => {
  const text = readText(fields, name);
  return text === "null" ? undefined : text;
};

/** All values of a list field: repeated, as JSON text, or (where no value can hold one) by comma. */
export function readTexts(
  fields: FormFields,
  name: string,
  separator?: ",",
): readonly string[] | undefined {
  if (!fields.has(name)) return undefined;
  const values = valuesOf(fields, name).flatMap((value) => {
    const list = value.startsWith("[") ? parseJson(value) : undefined;
    if (isJsonList(list))
      return list.map((item) => (typeof item === "string" ? item : JSON.stringify(item)));
    return separator === undefined ? [value] : value.split(separator).map((item) => item.trim());
  });
  return values.length === 0 ? undefined : values;
}

/** A list field whose values must be among the allowed ones; `null` counts as absent. Throws `invalid_request`. */
export function readChoices<T extends string>(
  fields: FormFields,
  name: string,
  allowed: readonly T[],
): readonly T[] | undefined {
  const values = readTexts(fields, name, ",")?.filter((value) => value !== "null");
  return values?.map((value) => toChoice(name, value, allowed));
}

/** A field whose value must be among the allowed ones; `null` counts as absent. Throws `invalid_request`. */
export function readChoice<T extends string>(
  fields: FormFields,
  name: string,
  allowed: readonly T[],
): T | undefined {
  const value = readWord(fields, name);
  return value === undefined ? undefined : toChoice(name, value, allowed);
}

const toChoice = <T extends string>(name: string, value: string, allowed: readonly T[]): T => {
  const found = allowed.find((item) => item === value);
  if (found === undefined)
    throw invalidField(
      name,
      `'${value.slice(0, 100)}' is no value of '${name}'. Use one of ${allowed.join(", ")}.`,
    );
  return found;
};

/** `true`, `1`, `false`, `0` in any case; `null` counts as absent. Throws `invalid_request`. */
export function readBoolean(fields: FormFields, name: string): boolean | undefined {
  const text = readText(fields, name)?.toLowerCase();
  if (text === undefined || text === "null") return undefined;
  if (text === "true" || text === "1") return true;
  if (text === "false" || text === "0") return false;
  throw invalidField(name, `'${name}' must be true or false.`);
}

/** A finite number. Throws `invalid_request`. */
export function readNumber(fields: FormFields, name: string): number | undefined {
  const text = readWord(fields, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value))
    throw invalidField(name, `'${name}' must be a number.`);
  return value;
}

/**
 * The fields by the name in front of their brackets: `x`, `x[type]` and `x[a][b]` are of `x`. One walk
 * along the form serves all names, however many it has.
 */
export function groupByName(fields: FormFields): ReadonlyMap<string, FormFields> {
  const groups = new Map<string, Map<string, readonly string[]>>();
  for (const [field, values] of fields) {
    const [name = ""] = field.split("[", 1);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, new Map([[field, values]]));
    else group.set(field, values);
  }
  return groups;
}

const scalar = (text: string): JsonValue => {
  const parsed = parseJson(text);
  return typeof parsed === "number" || typeof parsed === "boolean" ? parsed : text;
};

/**
 * An object field: JSON text in one field, or one field per key with the key in brackets, as
 * `x[type]=server_vad`. Undefined when there is neither; a text that is no object comes back as it is.
 */
export function readObject(fields: FormFields, name: string): JsonObject | string | undefined {
  const text = readText(fields, name);
  if (text !== undefined) {
    const parsed = parseJson(text);
    return isJsonObject(parsed) ? parsed : text;
  }
  const prefix = `${name}[`;
  const entries = [...fields].flatMap(([key, values]): [string, JsonValue][] => {
    const value = values.at(-1);
    if (!key.startsWith(prefix) || !key.endsWith("]") || value === undefined) return [];
    const inner = key.slice(name.length + 1, -1);
    return inner === "" ? [] : [[inner, scalar(value)]];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}
