import { z } from "zod";
import { field } from "./field.ts";
import type { Field, FieldText } from "./field.ts";

/** The values that a number may have; both ends are included unless `above` is given. */
interface NumberRange {
  readonly minimum?: number;
  /** The value must be greater than this. */
  readonly above?: number;
  readonly maximum?: number;
}

type Default = number | undefined;
type NumberText<D extends Default> = FieldText<D> & Pick<NumberRange, "minimum" | "maximum">;

const DECIMAL = /^[+-]?(\d[\d_]*\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Reads `10`, `"10"`, `0.5` and `1_000`; undefined for anything else. */
export function parseNumber(written: string): number | undefined {
  const trimmed = written.trim();
  if (!DECIMAL.test(trimmed)) return undefined;
  const value = Number(trimmed.replaceAll("_", ""));
  return Number.isFinite(value) ? value : undefined;
}

const fits = (value: number, { minimum, above, maximum }: NumberRange): boolean =>
  (minimum === undefined || value >= minimum) &&
  (above === undefined || value > above) &&
  (maximum === undefined || value <= maximum);

const rangeWords = ({ minimum, above, maximum }: NumberRange): string => {
  if (above !== undefined) return ` above ${above}`;
  if (minimum === undefined) return "";
  return maximum === undefined ? ` of ${minimum} or more` : ` from ${minimum} to ${maximum}`;
};

const schemaRange = ({ minimum, above, maximum }: NumberRange): Record<string, number> => ({
  ...(minimum === undefined ? {} : { minimum }),
  ...(above === undefined ? {} : { exclusiveMinimum: above }),
  ...(maximum === undefined ? {} : { maximum }),
});

const numberField = <D extends Default>(
  about: FieldText<D> &
    NumberRange & { readonly noun: string; readonly whole?: boolean; readonly factor?: number },
): Field<number, D> => {
  const { noun, whole = false, factor = 1, ...rest } = about;
  const { expected = `${noun}${rangeWords(about)}`, example = String(rest.default ?? 1) } = rest;
  const schema = z.string({ error: expected }).transform((written, context): number => {
    const value = parseNumber(written);
    if (value !== undefined && fits(value, about) && (!whole || Number.isInteger(value)))
      // Milliseconds are whole; 0.1 * 3 is not.
      return factor === 1 ? value : Math.round(value * factor);
    context.addIssue(expected);
    return z.NEVER;
  });
  const type = whole ? "integer" : "number";
  const jsonSchema = { anyOf: [{ type, ...schemaRange(about) }, { type: "string" }] };
  return field(schema, { ...rest, expected, example, shown: true, jsonSchema });
};

/** A whole number. */
export function integer<D extends Default = undefined>(about: NumberText<D>): Field<number, D> {
  return numberField<D>({ ...about, noun: "a whole number", whole: true });
}

/** A number with or without decimals. */
export function decimal<D extends Default = undefined>(about: NumberText<D>): Field<number, D> {
  return numberField<D>({ ...about, noun: "a number" });
}

/** What a timer can hold, some 24 days. */
const LONGEST_SECONDS = 2_147_483;
/** A day; whoever writes more most likely meant milliseconds. */
const DOUBTFUL_MS = 86_400_000;

/** Seconds in the file, milliseconds in the config; above 0 unless a `minimum` is given. */
export function seconds<D extends Default = undefined>(
  about: FieldText<D> & Pick<NumberRange, "minimum">,
): Field<number, D> {
  const least = about.minimum === undefined ? "above 0" : `of ${about.minimum} or more`;
  return numberField<D>({
    unit: "seconds",
    example: String(about.default ?? 60),
    doubtfulAbove: DOUBTFUL_MS,
    ...(about.minimum === undefined ? { above: 0 } : {}),
    ...about,
    maximum: LONGEST_SECONDS,
    expected: `a number of seconds ${least} (24 days at most)`,
    noun: "a number of seconds",
    factor: 1000,
  });
}

/** Megabytes, above 0. */
export function megabytes<D extends Default = undefined>(about: FieldText<D>): Field<number, D> {
  return numberField<D>({
    unit: "MB",
    example: String(about.default ?? 25),
    ...about,
    above: 0,
    noun: "a number of megabytes",
  });
}

/** Whole kilobytes. */
export function kilobytes<D extends Default = undefined>(about: NumberText<D>): Field<number, D> {
  return numberField<D>({
    unit: "KB",
    ...about,
    noun: "a whole number of kilobytes",
    whole: true,
  });
}
