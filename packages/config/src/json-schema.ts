import { defaultText } from "./field.ts";
import type { Field } from "./field.ts";
import { remedyOf } from "./section.ts";
import type { OtherKeys, SectionDefinition } from "./section.ts";
import { SETTINGS_SECTIONS, topLevel } from "./sections.ts";
import { litellmParams } from "./sections/litellm-params.ts";
import { modelInfo } from "./sections/model-info.ts";
import { modelListEntry } from "./sections/model-list.ts";

type Schema = Readonly<Record<string, unknown>>;

const REFERENCE = { type: "string", pattern: "^os\\.environ/" } as const;

const fieldSchema = (field: Field<unknown>): Schema => {
  const { description, unit, jsonSchema: schema, default: value, defaultNote } = field;
  const fallback = defaultText(field);
  const sentences = [
    description,
    ...(unit === undefined ? [] : [`Unit: ${unit}.`]),
    ...(fallback === undefined ? [] : [`Default: ${fallback}.`]),
  ];
  return {
    description: sentences.join(" "),
    ...("enum" in schema ? { anyOf: [schema, REFERENCE] } : schema),
    ...(value === undefined || defaultNote !== undefined ? {} : { default: value }),
  };
};

const unusedSchemas = (groups: readonly OtherKeys[]): Schema =>
  Object.fromEntries(
    groups.flatMap((group) => {
      const verdict = group.isMeaningless ? "Has no meaning for audio" : "Not supported";
      const description = `${verdict}: ${group.effect} ${remedyOf(group)}`;
      return group.keys.map((key) => [key, { description, deprecated: true }]);
    }),
  );

const sectionSchema = (definition: SectionDefinition, inner: Schema = {}): Schema => {
  const { fields, required, otherKeys, description, open = false } = definition;
  const known = Object.entries(fields).map(([key, field]) => [key, fieldSchema(field)]);
  return {
    type: "object",
    properties: { ...Object.fromEntries(known), ...inner, ...unusedSchemas(otherKeys) },
    ...(required === undefined ? {} : { required }),
    additionalProperties: open ? {} : false,
    description,
  };
};

const listSchema = (): Schema => ({
  type: "array",
  items: sectionSchema(modelListEntry, {
    litellm_params: sectionSchema(litellmParams),
    model_info: sectionSchema(modelInfo),
  }),
  description: modelListEntry.description,
});

/** The config file as a JSON Schema (draft 2020-12), for editors that complete and check YAML. */
export function jsonSchema(): Record<string, unknown> {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Earshot configuration",
    ...sectionSchema(topLevel, {
      model_list: listSchema(),
      ...Object.fromEntries(SETTINGS_SECTIONS.map((one) => [one.name, sectionSchema(one)])),
      environment_variables: {
        type: "object",
        propertyNames: { type: "string" },
        additionalProperties: {},
        description:
          "Variables that `os.environ/NAME` finds before those of the process. The process itself is not changed.",
      },
      include: {
        type: "array",
        items: { type: "string" },
        description: "Further config files; paths start at the folder of this one.",
      },
    }),
    // Anything under `x-…` is the user's own, such as anchors.
    patternProperties: { "^x-": {} },
  };
}
