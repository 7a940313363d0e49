import { z } from "zod";

/** What the reference, the JSON Schema and the diagnostics know about one key. */
export interface FieldInfo {
  /** One sentence for the reference: what it does. */
  readonly description: string;
  /** Unit of a number, such as `seconds`. */
  readonly unit?: string;
  /** What holds when the key is absent, as the reference shows it. */
  readonly default?: string;
  /** A value as it would be written. */
  readonly example: string;
  /** What a value must be, for the end of "… must be". */
  readonly expected: string;
  /** Whether a diagnostic may show a plain value; false for what may hold a key. */
  readonly shown: boolean;
  /** From which value on (as read) the unit was likely mistaken. */
  readonly doubtfulAbove?: number;
  /** False where an empty value is an error; by default it counts as absent. */
  readonly mayBeEmpty?: boolean;
  /** True for a mapping that is a section of its own. */
  readonly isSection?: boolean;
  /** The value as a JSON Schema, without its description. */
  readonly jsonSchema: Readonly<Record<string, unknown>>;
}

/** A key's own words; the kind of field adds the rest. */
export type FieldText = Pick<FieldInfo, "description"> &
  Partial<
    Pick<FieldInfo, "default" | "example" | "unit" | "expected" | "doubtfulAbove" | "mayBeEmpty">
  >;

/** Reads a value that reaches it as text, list or object of text; null never reaches it. */
export type Field<T> = z.ZodType<T>;

const infos = z.registry<FieldInfo>();

/** What is known about a field; undefined for a schema that is no field. */
export function fieldInfo(schema: z.core.$ZodType): FieldInfo | undefined {
  return infos.get(schema);
}

/** Makes a schema a field. */
export function describeField<T>(schema: z.ZodType<T>, info: FieldInfo): Field<T> {
  infos.add(schema, info);
  return schema;
}

/** Text of any form, also where YAML would see a number or a date. */
export function text(about: FieldText & { readonly shown?: boolean }): Field<string> {
  const { expected = "text", example = "…", shown = false, ...rest } = about;
  return describeField(z.string({ error: expected }), {
    ...rest,
    expected,
    example,
    shown,
    jsonSchema: { type: ["string", "number"] },
  });
}

/** A list of texts; one text alone is a list of one. */
export function textList(about: FieldText): Field<readonly string[]> {
  const { expected = "a list of texts", example = "[one, two]", ...rest } = about;
  const list = z.array(z.string({ error: "text" }), { error: expected });
  const schema = z.union([z.string().transform((one) => [one]), list], { error: expected });
  return describeField<readonly string[]>(schema, {
    ...rest,
    expected,
    example,
    shown: false,
    jsonSchema: {
      anyOf: [{ type: "string" }, { type: "array", items: { type: ["string", "number"] } }],
    },
  });
}

/** A mapping from names to texts. */
export function textMap(about: FieldText): Field<Readonly<Record<string, string>>> {
  const { expected = "a mapping of names to texts", example = "{ name: value }", ...rest } = about;
  const schema = z.record(z.string(), z.string({ error: "text" }), { error: expected });
  return describeField<Readonly<Record<string, string>>>(schema, {
    ...rest,
    expected,
    example,
    shown: false,
    jsonSchema: { type: "object", additionalProperties: { type: ["string", "number"] } },
  });
}

/** One of a few words. */
export function choice<const T extends string>(
  about: FieldText & { readonly values: readonly [T, ...T[]] },
): Field<T> {
  const { values, ...rest } = about;
  const expected = `one of ${values.map((value) => `\`${value}\``).join(", ")}`;
  return describeField<T>(z.enum(values, { error: expected }), {
    ...rest,
    expected,
    example: rest.example ?? values[0],
    shown: true,
    jsonSchema: { enum: values },
  });
}

const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  "1": true,
  false: false,
  no: false,
  off: false,
  "0": false,
};

/** `true` or `false`, also in the other spellings that YAML and Python take. */
export function flag(about: FieldText): Field<boolean> {
  const expected = "true or false";
  const schema = z.string({ error: expected }).transform((written, context): boolean => {
    const word = written.trim().toLowerCase();
    if (Object.hasOwn(FLAGS, word)) return FLAGS[word] === true;
    context.addIssue(expected);
    return z.NEVER;
  });
  return describeField<boolean>(schema, {
    ...about,
    expected,
    example: about.example ?? "true",
    shown: true,
    jsonSchema: { type: ["boolean", "string"] },
  });
}
