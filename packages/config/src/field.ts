import { z } from "zod";

/** A default that is always the same, in the unit of the file. */
export type ConstantDefault = string | number | boolean;

/** One key of a section: how its value is read, and all that the reference, the JSON Schema and the diagnostics know. */
export interface Field<T, D extends ConstantDefault | undefined = ConstantDefault | undefined> {
  /** One sentence for the reference: what it does. */
  readonly description: string;
  /** Unit of a number, such as `seconds`. */
  readonly unit?: string;
  /** What holds when the key is absent; undefined when no constant does. */
  readonly default: D;
  /** What the reference says behind the default or, without one, in its place. */
  readonly defaultNote?: string;
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
  /** The value as a JSON Schema, without its description. */
  readonly jsonSchema: Readonly<Record<string, unknown>>;
  /** Takes text, a list or an object of text, never null, and gives the value in the config's unit. */
  readonly schema: z.ZodType<T>;
}

/** A key's own words; the kind of field adds the rest. */
export type FieldText<D extends ConstantDefault | undefined = undefined> = Pick<
  Field<unknown>,
  "description" | "defaultNote" | "unit" | "doubtfulAbove" | "mayBeEmpty"
> &
  Partial<Pick<Field<unknown>, "example" | "expected">> & { readonly default?: D };

/** The fields of a section, by the keys of the file. */
export type Fields = Readonly<Record<string, Field<unknown>>>;

type ValueOf<F> = F extends Field<infer T> ? T : never;

/** What the file gives for some fields; a key that it lacks is absent, never undefined. */
export type FieldValues<F extends Fields> = { readonly [K in keyof F]?: ValueOf<F[K]> };

/** Makes a field of a schema; `about.default` is in the unit of the file. */
export function field<T, D extends ConstantDefault | undefined = undefined>(
  schema: z.ZodType<T>,
  about: Omit<Field<T>, "schema" | "default"> & { readonly default?: D },
): Field<T, D> {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `D` is undefined where no default is given
  return { ...about, default: about.default as D, schema };
}

/** What holds when the key is absent, as the reference says it; undefined where it says nothing. */
export function defaultText({ default: value, defaultNote }: Field<unknown>): string | undefined {
  const constant = typeof value === "string" ? `\`${value}\`` : value?.toString();
  const parts = [constant, defaultNote].filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : parts.join(", ");
}

/** What the fields with a constant default hold without a file, in the config's units. */
export function defaultsOf<F extends Fields>(
  fields: F,
): { readonly [K in keyof F as F[K]["default"] extends undefined ? never : K]: ValueOf<F[K]> } {
  const entries = Object.entries(fields).flatMap(([key, { default: value, schema }]) =>
    value === undefined ? [] : [[key, schema.parse(String(value))]],
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each schema gives its field's value
  return Object.fromEntries(entries) as ReturnType<typeof defaultsOf<F>>;
}

/** The values of the keys that are named, under these names; an absent key stays absent. */
export function renamed<V extends object, const N extends Readonly<Record<string, string>>>(
  values: V,
  names: N,
): { readonly [K in keyof V as K extends keyof N ? N[K] : never]: V[K] } {
  const given = new Map<string, unknown>(Object.entries(values));
  const entries = Object.entries(names).flatMap(([key, name]) =>
    given.has(key) ? [[name, given.get(key)]] : [],
  );
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only the keys are others
  return Object.fromEntries(entries) as ReturnType<typeof renamed<V, N>>;
}

/** Text of any form, also where YAML would see a number or a date. */
export function text<D extends string | undefined = undefined>(
  about: FieldText<D> & { readonly shown?: boolean },
): Field<string, D> {
  const { expected = "text", example = "…", shown = false, ...rest } = about;
  const jsonSchema = { type: ["string", "number"] };
  return field(z.string({ error: expected }), { ...rest, expected, example, shown, jsonSchema });
}

/** A list of texts; one text alone is a list of one. */
export function textList(about: FieldText): Field<readonly string[], undefined> {
  const { expected = "a list of texts", example = "[one, two]", ...rest } = about;
  const list = z.array(z.string({ error: "text" }), { error: expected });
  return field<readonly string[]>(
    z.union([z.string().transform((one) => [one]), list], { error: expected }),
    {
      ...rest,
      expected,
      example,
      shown: false,
      jsonSchema: {
        anyOf: [{ type: "string" }, { type: "array", items: { type: ["string", "number"] } }],
      },
    },
  );
}

/** A mapping from names to texts. */
export function textMap(about: FieldText): Field<Readonly<Record<string, string>>, undefined> {
  const { expected = "a mapping of names to texts", example = "{ name: value }", ...rest } = about;
  const schema = z.record(z.string(), z.string({ error: "text" }), { error: expected });
  const jsonSchema = { type: "object", additionalProperties: { type: ["string", "number"] } };
  return field<Readonly<Record<string, string>>>(schema, {
    ...rest,
    expected,
    example,
    shown: false,
    jsonSchema,
  });
}

/** One of a few words. */
export function choice<const T extends string, D extends T | undefined = undefined>(
  about: FieldText<D> & { readonly values: readonly [T, ...T[]] },
): Field<T, D> {
  const { values, example = values[0], ...rest } = about;
  const expected = `one of ${values.map((value) => `\`${value}\``).join(", ")}`;
  const jsonSchema = { enum: values };
  return field<T, D>(z.enum(values, { error: expected }), {
    ...rest,
    expected,
    example,
    shown: true,
    jsonSchema,
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
export function flag<D extends boolean | undefined = undefined>(
  about: FieldText<D>,
): Field<boolean, D> {
  const expected = "true or false";
  const schema = z.string({ error: expected }).transform((written, context): boolean => {
    const word = written.trim().toLowerCase();
    if (Object.hasOwn(FLAGS, word)) return FLAGS[word] === true;
    context.addIssue(expected);
    return z.NEVER;
  });
  const jsonSchema = { type: ["boolean", "string"] };
  return field(schema, { example: "true", ...about, expected, shown: true, jsonSchema });
}
