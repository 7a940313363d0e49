import { z } from "zod";
import { fieldInfo } from "./field.ts";
import type { FieldInfo } from "./field.ts";
import type { OtherKeys, SectionDefinition } from "./section.ts";
import { earshotSettings } from "./sections/earshot-settings.ts";
import { generalSettings } from "./sections/general-settings.ts";
import { litellmParams } from "./sections/litellm-params.ts";
import { litellmSettings } from "./sections/litellm-settings.ts";
import { modelInfo } from "./sections/model-info.ts";
import { modelListEntry } from "./sections/model-list.ts";
import { routerSettings } from "./sections/router-settings.ts";
import { topLevel } from "./sections/top-level.ts";

const describe = ({ description, unit, default: fallback }: FieldInfo): string =>
  [
    description,
    ...(unit === undefined ? [] : [`Unit: ${unit}.`]),
    ...(fallback === undefined ? [] : [`Default: ${fallback}.`]),
  ].join(" ");

const unusedFields = (groups: readonly OtherKeys[]): Record<string, z.ZodType> =>
  Object.fromEntries(
    groups.flatMap(({ status, effect, remedy, keys }) => {
      const verdict = status === "meaningless" ? "Has no meaning for audio" : "Not supported";
      const description = `${verdict}: ${effect} ${remedy}`;
      return keys.map((key) => [key, z.unknown().meta({ description, deprecated: true })]);
    }),
  );

const objectOf = (
  definition: SectionDefinition,
  further: Readonly<Record<string, z.ZodType>> = {},
): z.ZodType => {
  const { fields, required, otherKeys, description, open } = definition;
  const optional = (key: string, field: z.ZodType): z.ZodType =>
    required.includes(key) ? field : field.optional();
  const all: Record<string, z.ZodType> = { ...fields, ...further, ...unusedFields(otherKeys) };
  const shape = Object.fromEntries(
    Object.entries(all).map(([key, field]): [string, z.ZodType] => [key, optional(key, field)]),
  );
  const object = open ? z.looseObject(shape) : z.strictObject(shape);
  return object.meta({ description });
};

const rootOf = (): z.ZodType =>
  objectOf(topLevel, {
    model_list: z
      .array(
        objectOf(modelListEntry, {
          litellm_params: objectOf(litellmParams),
          model_info: objectOf(modelInfo).optional(),
        }),
      )
      .meta({ description: modelListEntry.description }),
    router_settings: objectOf(routerSettings),
    litellm_settings: objectOf(litellmSettings),
    general_settings: objectOf(generalSettings),
    earshot_settings: objectOf(earshotSettings),
    environment_variables: z.record(z.string(), z.unknown()).meta({
      description:
        "Variables that `os.environ/NAME` finds before those of the process. The process itself is not changed.",
    }),
    include: z.array(z.string()).meta({
      description: "Further config files; paths start at the folder of this one.",
    }),
  });

const REFERENCE = { type: "string", pattern: "^os\\.environ/" } as const;

const valueOf = ({ jsonSchema: schema }: FieldInfo): Record<string, unknown> =>
  "enum" in schema ? { anyOf: [schema, REFERENCE] } : { ...schema };

/** The config file as a JSON Schema (draft 2020-12), for editors that complete and check YAML. */
export function jsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(rootOf(), {
    io: "input",
    unrepresentable: "any",
    override: ({ zodSchema, jsonSchema: target }) => {
      const info = fieldInfo(zodSchema);
      if (info === undefined) return;
      for (const key of Object.keys(target)) Reflect.deleteProperty(target, key);
      Object.assign(target, { description: describe(info), ...valueOf(info) });
    },
  });
  return {
    $schema,
    title: "Earshot configuration",
    ...schema,
    // Anything under `x-…` is the user's own, such as anchors.
    patternProperties: { "^x-": {} },
  };
}
