import { z } from "zod";
import { describeField } from "./field.ts";
import type { Field, FieldText } from "./field.ts";

/** The values that a number may have; both ends are included unless `above` is given. */
export interface NumberRange {
  readonly minimum?: number;
  /** The value must be greater than this. */
  readonly above?: number;
  readonly maximum?: number;
}

type NumberText = FieldText & NumberRange;

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
  if (above !== undefined)
    return maximum === undefined ? ` above ${above}` : ` above ${above}, at most ${maximum}`;
  if (minimum !== undefined && maximum !== undefined) return ` from ${minimum} to ${maximum}`;
  if (minimum !== undefined) return ` of ${minimum} or more`;
  return maximum === undefined ? "" : ` of at most ${maximum}`;
};

const schemaRange = ({ minimum, above, maximum }: NumberRange): Record<string, number> => ({
  ...(minimum === undefined ? {} : { minimum }),
  ...(above === undefined ? {} : { exclusiveMinimum: above }),
  ...(maximum === undefined ? {} : { maximum }),
});

const numberField = (
  about: NumberText & { readonly noun: string; readonly whole: boolean; readonly factor: number },
): Field<number> => {
  const { noun, whole, factor, minimum, above, maximum, ...rest } = about;
  const range: NumberRange = {
    ...(minimum === undefined ? {} : { minimum }),
    ...(above === undefined ? {} : { above }),
    ...(maximum === undefined ? {} : { maximum }),
  };
  const expected = rest.expected ?? `${noun}${rangeWords(range)}`;
  const schema = z.string({ error: expected }).transform((written, context): number => {
    const value = parseNumber(written);
    if (value !== undefined && fits(value, range) && (!whole || Number.isInteger(value)))
      // Milliseconds are whole; 0.1 * 3 is not.
      return factor === 1 ? value : Math.round(value * factor);
    context.addIssue(expected);
    return z.NEVER;
  });
  return describeField<number>(schema, {
    ...rest,
    expected,
    example: rest.example ?? "1",
    shown: true,
    jsonSchema: {
      anyOf: [{ type: whole ? "integer" : "number", ...schemaRange(range) }, { type: "string" }],
    },
  });
};

/** A whole number. */
export function integer(about: NumberText): Field<number> {
  return numberField({ ...about, noun: "a whole number", whole: true, factor: 1 });
}

/** A number with or without decimals. */
export function decimal(about: NumberText): Field<number> {
  return numberField({ ...about, noun: "a number", whole: false, factor: 1 });
}

/** What a timer can hold, some 24 days. */
const LONGEST_SECONDS = 2_147_483;
/** A day; whoever writes more most likely meant milliseconds. */
const DOUBTFUL_MS = 86_400_000;

/** Seconds in the file, milliseconds in the config; above 0 unless a `minimum` is given. */
export function seconds(about: FieldText & { readonly minimum?: number }): Field<number> {
  const lower: NumberRange = about.minimum === undefined ? { above: 0 } : {};
  const least = about.minimum === undefined ? "above 0" : `of ${about.minimum} or more`;
  return numberField({
    unit: "seconds",
    example: "60",
    doubtfulAbove: DOUBTFUL_MS,
    ...about,
    ...lower,
    maximum: LONGEST_SECONDS,
    expected: `a number of seconds ${least} (24 days at most)`,
    noun: "a number of seconds",
    whole: false,
    factor: 1000,
  });
}

/** Megabytes, above 0. */
export function megabytes(about: FieldText): Field<number> {
  return numberField({
    unit: "MB",
    example: "25",
    ...about,
    above: 0,
    noun: "a number of megabytes",
    whole: false,
    factor: 1,
  });
}

/** Whole kilobytes. */
export function kilobytes(
  about: FieldText & { readonly minimum: number; readonly maximum: number },
): Field<number> {
  return numberField({
    unit: "KB",
    ...about,
    noun: "a whole number of kilobytes",
    whole: true,
    factor: 1,
  });
}
