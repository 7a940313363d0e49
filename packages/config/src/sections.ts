import { fieldInfo } from "./field.ts";
import { isSecretName } from "./mask-secrets.ts";
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

const keysToShow = ({ fields, otherKeys }: SectionDefinition): readonly string[] => [
  ...Object.keys(fields).filter((key) => {
    const field = fields[key];
    return field !== undefined && fieldInfo(field)?.shown === true;
  }),
  ...otherKeys.flatMap(({ keys }) => keys).filter((key) => !isSecretName(key)),
];

const shownKeys: ReadonlySet<string> = new Set(sectionDefinitions.flatMap(keysToShow));

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
