import type { z } from "zod";
import type { ConfigNode, ConfigPath } from "./config-node.ts";
import { isNull, kindOf, nearestNode } from "./config-node.ts";
import { referencedVariable } from "./environment.ts";
import { fieldInfo } from "./field.ts";
import type { FieldInfo } from "./field.ts";
import { looksLikeSecret } from "./mask-secrets.ts";
import { formatPath } from "./problems.ts";
import type { ReadContext } from "./read-context.ts";
import { splitEntries, tellKeyWithoutField } from "./section.ts";
import type { SectionEntry, SectionPlace } from "./section.ts";

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

const infoOf = ({ definition }: SectionPlace, key: string): FieldInfo | undefined => {
  const field = Object.hasOwn(definition.fields, key) ? definition.fields[key] : undefined;
  return field && fieldInfo(field);
};

const found = (node: ConfigNode, info: FieldInfo | undefined): string => {
  if (node.type !== "scalar") return `, not ${kindOf(node)}`;
  const variable = referencedVariable(node);
  if (variable !== undefined)
    return `, and the environment variable \`${variable}\` holds something else`;
  const shown =
    info?.shown === true && node.text.length <= LONGEST_SHOWN && !looksLikeSecret(node.text);
  return shown ? `, not \`${node.text}\`` : `, not what stands here`;
};

const tellIssue = (issue: z.core.$ZodIssue, section: SectionPlace): void => {
  const { node, path, context } = section;
  const keys = issue.path.map((key) => (typeof key === "number" ? key : String(key)));
  const info = infoOf(section, String(keys[0]));
  const at = nearestNode(node, keys);
  context.problems.error({
    place: at.place,
    path: [...path, ...keys],
    message: `\`${formatPath(keys)}\` must be ${issue.message}${found(at, info)}.`,
    remedy: `Write it like this: \`${String(keys[0])}: ${info?.example ?? "…"}\`.`,
  });
};

const tellEmpty = (entry: SectionEntry, section: SectionPlace): void => {
  const { problems } = section.context;
  const place = { place: entry.node.place, path: [...section.path, entry.key] };
  const remedy = "Give it a value, or remove the key.";
  if (infoOf(section, entry.key)?.mayBeEmpty === false)
    problems.error({ ...place, message: `\`${entry.key}\` is empty.`, remedy });
  else
    problems.warn({
      ...place,
      message: `\`${entry.key}\` is empty, which counts as absent.`,
      remedy,
    });
};

const tellMissingKeys = (section: SectionPlace, given: readonly SectionEntry[]): void => {
  for (const key of section.definition.required) {
    if (given.some((entry) => entry.key === key)) continue;
    const info = infoOf(section, key);
    section.context.problems.error({
      place: section.node.place,
      path: [...section.path, key],
      message: `\`${key}\` is missing.`,
      remedy: `Add \`${key}: ${info?.example ?? "…"}\`.`,
    });
  }
};

const tellDoubtful = (
  given: readonly SectionEntry[],
  values: ReadonlyMap<string, unknown>,
  section: SectionPlace,
): void => {
  for (const entry of given) {
    const limit = infoOf(section, entry.key)?.doubtfulAbove;
    const value = values.get(entry.key);
    if (limit === undefined || typeof value !== "number" || value <= limit) continue;
    section.context.problems.warn({
      place: entry.node.place,
      path: [...section.path, entry.key],
      message: `\`${entry.key}\` is longer than a day; its unit is seconds.`,
      remedy: "Divide the value by 1000 if milliseconds were meant.",
    });
  }
};

/** What a section's keys hold that could be read, and the keys that have no field. */
export interface SectionValues<T> {
  readonly values: T;
  readonly others: readonly SectionEntry[];
}

/**
 * Reads the keys that have a field. Every value that does not fit is told with its place and left
 * out; keys without a field are handed back untold.
 */
export function readFields<T extends object>(
  section: SectionPlace,
  schema: z.ZodType<T>,
): SectionValues<T> {
  const { fields, others } = splitEntries(section);
  const empty = fields.filter(
    ({ node }) => isNull(node) || (node.type === "scalar" && node.text === ""),
  );
  for (const entry of empty) tellEmpty(entry, section);
  const given = fields.filter((entry) => !empty.includes(entry));
  tellMissingKeys(section, given);
  const simple = given.filter(({ key }) => infoOf(section, key)?.isSection !== true);
  const plain = Object.fromEntries(
    simple.map(({ key, node }) => [key, toPlain(node, [...section.path, key], section.context)]),
  );
  const first = schema.safeParse(plain);
  for (const issue of first.error?.issues ?? []) {
    tellIssue(issue, section);
    delete plain[String(issue.path[0])];
  }
  // Every field is optional and reads by itself: without the faulty ones the rest fits.
  const values = first.success ? first.data : schema.parse(plain);
  tellDoubtful(given, new Map<string, unknown>(Object.entries(values)), section);
  return { values, others };
}

/** As `readFields`, for a section in which every other key is told as unused or unknown. */
export function readSection<T extends object>(section: SectionPlace, schema: z.ZodType<T>): T {
  const { values, others } = readFields(section, schema);
  for (const entry of others) tellKeyWithoutField(entry, section);
  return values;
}
