import { z } from "zod";
import type { ModelGroupAlias } from "../earshot-config.ts";
import { field, flag, textList } from "../field.ts";
import type { Field, FieldText } from "../field.ts";

/** Model group to the groups that are tried after it, in order. */
export type FallbackTable = Readonly<Record<string, readonly string[]>>;

const GROUPS = "a model group, or a list of them";
const groupsJson = {
  anyOf: [{ type: "string" }, { type: "array", items: { type: "string" } }],
} as const;

const joined = (tables: readonly FallbackTable[]): FallbackTable => {
  const groups = new Map<string, readonly string[]>();
  for (const table of tables)
    for (const [group, names] of Object.entries(table))
      groups.set(group, [...(groups.get(group) ?? []), ...names]);
  return Object.fromEntries(groups);
};

const isMapping = (written: unknown): boolean =>
  typeof written === "object" && !Array.isArray(written);

/** LiteLLM's list of one-entry mappings; one mapping with many entries means the same. */
export function fallbackTable(about: FieldText): Field<FallbackTable, undefined> {
  const expected = "a list of mappings from a model group to its fallbacks";
  const groups = textList({ description: "", expected: GROUPS }).schema;
  const table = z.record(z.string(), groups, { error: expected });
  const schema = z.preprocess(
    (written): unknown => (isMapping(written) ? [written] : written),
    z.array(table, { error: expected }).transform(joined),
  );
  const tableJson = { type: "object", additionalProperties: groupsJson };
  return field<FallbackTable>(schema, {
    ...about,
    expected,
    example: "[{ whisper: [whisper-backup] }]",
    shown: true,
    jsonSchema: { anyOf: [{ type: "array", items: tableJson }, tableJson] },
  });
}

/** Further names of model groups, each as text or as `{ model, hidden }`. */
export function aliasTable(
  about: FieldText,
): Field<Readonly<Record<string, ModelGroupAlias>>, undefined> {
  const expected = "a mapping of names to model groups";
  const one = "a model group, or a mapping with `model` and `hidden`";
  const alias = z.union(
    [
      z.string().transform((model): ModelGroupAlias => ({ model, hidden: false })),
      z
        .object({ model: z.string(), hidden: flag({ description: "" }).schema.optional() })
        .transform(({ model, hidden }): ModelGroupAlias => ({ model, hidden: hidden ?? false })),
    ],
    { error: one },
  );
  return field<Readonly<Record<string, ModelGroupAlias>>>(
    z.record(z.string(), alias, { error: expected }),
    {
      ...about,
      expected,
      example: "{ whisper-1: whisper }",
      shown: true,
      jsonSchema: {
        type: "object",
        additionalProperties: {
          anyOf: [
            { type: "string" },
            {
              type: "object",
              properties: {
                model: { description: "The model group.", type: "string" },
                hidden: {
                  description: "Leave the name out of `/v1/models`. Default: false.",
                  type: ["boolean", "string"],
                },
              },
              required: ["model"],
            },
          ],
        },
      },
    },
  );
}
