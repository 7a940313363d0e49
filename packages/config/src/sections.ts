import { fieldInfo } from "./field.ts";
import type { SectionDefinition } from "./section.ts";
import { earshotSettings } from "./sections/earshot-settings.ts";
import { generalSettings } from "./sections/general-settings.ts";
import { litellmParams } from "./sections/litellm-params.ts";
import { litellmSettings } from "./sections/litellm-settings.ts";
import { modelInfo } from "./sections/model-info.ts";
import { modelListEntry } from "./sections/model-list.ts";
import { routerSettings } from "./sections/router-settings.ts";

/** Every mapping that the reference describes, in the order of the reference. */
export const sectionDefinitions: readonly SectionDefinition[] = [
  modelListEntry,
  litellmParams,
  modelInfo,
  routerSettings,
  litellmSettings,
  generalSettings,
  earshotSettings,
];

/** The top-level keys that hold one mapping each. */
export const SECTION_NAMES: readonly string[] = [
  "router_settings",
  "litellm_settings",
  "general_settings",
  "earshot_settings",
  "environment_variables",
];

/** Every top-level key that is read. */
export const TOP_LEVEL_NAMES: readonly string[] = ["model_list", ...SECTION_NAMES, "include"];

const shownKeys: ReadonlySet<string> = new Set(
  sectionDefinitions.flatMap(({ fields }) =>
    Object.entries(fields).flatMap(([key, field]) =>
      fieldInfo(field)?.shown === true ? [key] : [],
    ),
  ),
);

/** Whether a diagnostic may show the plain value of a key. */
export function isShownKey(key: string): boolean {
  return shownKeys.has(key);
}

/** The sections that have a field of that name. */
export function sectionsWith(key: string): readonly string[] {
  return sectionDefinitions
    .filter(({ fields }) => Object.hasOwn(fields, key))
    .map(({ name }) => name);
}
