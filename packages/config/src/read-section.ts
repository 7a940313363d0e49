import type { JsonValue } from "@earshot/core";
import type { z } from "zod";
import type { ConfigNode, ConfigPath, ScalarNode } from "./config-node.ts";
import { isNull, kindOf, nearestNode, scalarValue } from "./config-node.ts";
import { referencedVariable } from "./environment.ts";
import type { Field, Fields, FieldValues } from "./field.ts";
import { tellKeyWithoutField } from "./keys-without-field.ts";
import { isSecretName, looksLikeSecret } from "./mask-secrets.ts";
import { formatPath } from "./problems.ts";
import { fieldOf, splitEntries } from "./section.ts";
import type { ReadContext, SectionEntry, SectionPlace } from "./section.ts";

const LONGEST_SHOWN = 40;

/** Text, lists and objects of text, as fields take them; undefined where a variable is missing. */
const toPlain = (node: ConfigNode, path: ConfigPath, context: ReadContext): unknown => {
  if (node.type === "scalar")
    return node.value === null ? null : context.environment.textOf(node, path);
  if (node.type === "list")
    return node.items
      .map((item, index) => toPlain(item, [...path, index], context))
      .filter((item) => item !== undefined);
  const entries = [...node.entries].map(([key, entry]) => [
    key,
    toPlain(entry.node, [...path, key], context),
  ]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
};

const found = (node: ConfigNode, isShown: boolean): string => {
  if (node.type !== "scalar") return `, not ${kindOf(node)}`;
  const variable = referencedVariable(node);
  if (variable !== undefined)
    return `, and the environment variable \`${variable}\` holds something else`;
  const shown = isShown && node.text.length <= LONGEST_SHOWN && !looksLikeSecret(node.text);
  return shown ? `, not \`${node.text}\`` : `, not what stands here`;
};

/** Where a value is read: its key, its field, and the section around it. */
interface FieldPlace {
  readonly entry: SectionEntry;
  readonly field: Field<unknown>;
  readonly section: SectionPlace;
}

const tellIssue = (issue: z.core.$ZodIssue, { entry, field, section }: FieldPlace): void => {
  const inner = issue.path.map((key) => (typeof key === "number" ? key : String(key)));
  const at = nearestNode(entry.node, inner);
  const keys = [entry.key, ...inner];
  section.context.problems.error({
    place: at.place,
    path: [...section.path, ...keys],
    message: `\`${formatPath(keys)}\` must be ${issue.message}${found(at, field.shown)}.`,
    remedy: `Write it like this: \`${entry.key}: ${field.example}\`.`,
  });
};

const tellEmpty = ({ key, node }: SectionEntry, section: SectionPlace): void => {
  const { problems } = section.context;
  const at = { place: node.place, path: [...section.path, key] };
  const remedy = "Give it a value, or remove the key.";
  if (fieldOf(section.definition, key)?.mayBeEmpty === false)
    problems.error({ ...at, message: `\`${key}\` is empty.`, remedy });
  else problems.warn({ ...at, message: `\`${key}\` is empty, which counts as absent.`, remedy });
};

const tellMissingKeys = (
  { definition, node, path, context }: SectionPlace,
  given: readonly SectionEntry[],
): void => {
  for (const key of definition.required ?? []) {
    if (given.some((entry) => entry.key === key)) continue;
    context.problems.error({
      place: node.place,
      path: [...path, key],
      message: `\`${key}\` is missing.`,
      remedy: `Add \`${key}: ${fieldOf(definition, key)?.example ?? "…"}\`.`,
    });
  }
};

/** The value of one key; undefined, and told, where it does not fit. */
const readValue = (at: FieldPlace): unknown => {
  const { entry, field, section } = at;
  const path = [...section.path, entry.key];
  const plain = toPlain(entry.node, path, section.context);
  if (plain === undefined) return undefined;
  const { success, data, error } = field.schema.safeParse(plain);
  if (!success) {
    for (const issue of error.issues) tellIssue(issue, at);
    return undefined;
  }
  if (typeof data === "number" && data > (field.doubtfulAbove ?? Infinity))
    section.context.problems.warn({
      place: entry.node.place,
      path,
      message: `\`${entry.key}\` is longer than a day; its unit is seconds.`,
      remedy: "Divide the value by 1000 if milliseconds were meant.",
    });
  return data;
};

/**
 * Reads the keys that have one of the fields. Every value that does not fit is told with its place
 * and left out; keys without a field are handed back untold.
 */
export function readFields<F extends Fields>(
  section: SectionPlace,
  fields: F,
): { readonly values: FieldValues<F>; readonly others: readonly SectionEntry[] } {
  const split = splitEntries(section);
  const empty = split.fields.filter(
    ({ node }) => isNull(node) || (node.type === "scalar" && node.text === ""),
  );
  for (const entry of empty) tellEmpty(entry, section);
  const given = split.fields.filter((entry) => !empty.includes(entry));
  tellMissingKeys(section, given);
  const values = given.flatMap((entry) => {
    const field = fields[entry.key];
    const value = field && readValue({ entry, field, section });
    return value === undefined ? [] : [[entry.key, value]];
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each field's schema gives its value
  return { values: Object.fromEntries(values) as FieldValues<F>, others: split.others };
}

/** As `readFields`, for a section in which every other key is told as unused or unknown. */
export function readSection<F extends Fields>(section: SectionPlace, fields: F): FieldValues<F> {
  const { values, others } = readFields(section, fields);
  for (const entry of others) tellKeyWithoutField(entry, section);
  return values;
}

const scalarToJson = (
  node: ScalarNode,
  path: ConfigPath,
  context: ReadContext,
): JsonValue | undefined => {
  const name = path.findLast((key) => typeof key === "string") ?? "";
  const text = context.environment.textOf(node, path);
  if (text === undefined || referencedVariable(node) !== undefined) return text;
  // A key made of digits is still a key.
  return typeof node.value === "number" && isSecretName(name) ? text : scalarValue(node);
};

/**
 * Free-form values as JSON, references resolved. Undefined for null and, told, for a missing
 * variable; inside lists and mappings such entries are left out.
 */
export function toJson(
  node: ConfigNode,
  path: ConfigPath,
  context: ReadContext,
): JsonValue | undefined {
  if (isNull(node)) return undefined;
  if (node.type === "scalar") return scalarToJson(node, path, context);
  if (node.type === "list")
    return node.items.flatMap((item, index) => toJson(item, [...path, index], context) ?? []);
  const entries: [string, JsonValue][] = [];
  for (const [key, entry] of node.entries) {
    const value = toJson(entry.node, [...path, key], context);
    if (value !== undefined) entries.push([key, value]);
  }
  return Object.fromEntries(entries);
}
