import type { DefaultSettings } from "./earshot-config.ts";
import { isSecretName } from "./mask-secrets.ts";
import { words } from "./section.ts";
import type { OtherKeys, SectionDefinition } from "./section.ts";
import { earshotSettings, gatewayDefaults, generalDefaults } from "./sections/earshot-settings.ts";
import { generalSettings } from "./sections/general-settings.ts";
import { litellmParams } from "./sections/litellm-params.ts";
import { dropParamsDefault, litellmSettings } from "./sections/litellm-settings.ts";
import { modelInfo } from "./sections/model-info.ts";
import { modelListEntry } from "./sections/model-list.ts";
import { routerDefaults, routerSettings } from "./sections/router-settings.ts";

const unusedSections: readonly OtherKeys[] = [
  {
    isMeaningless: true,
    effect: "it is for chat, tools or stored files.",
    keys: words(`
      agent_list assistant_settings files_settings finetune_settings guardrails mcp_servers
      mcp_tools policies policy_attachments prompts search_tools vector_store_registry
    `),
  },
  {
    effect: "the deployments that name these credentials lack them.",
    remedy:
      "Write `api_key`, `api_base` and `api_version` into each `litellm_params`; a YAML anchor (`<<: *name`) saves repeating them.",
    keys: ["credential_list"],
  },
  {
    effect: "no callback is called.",
    remedy: "Remove it, and read Earshot's logs and response headers.",
    keys: ["callback_settings"],
  },
  {
    effect: "it belongs to parts of LiteLLM that Earshot does not have.",
    keys: ["worker_registry"],
  },
];

/** The file itself; its sections are read one by one, each by its own definition. */
export const topLevel: SectionDefinition = {
  name: "config file",
  description: "The whole config file.",
  fields: {},
  otherKeys: unusedSections,
};

/** The mappings at the top of the file that have fields, in the order of the reference. */
export const SETTINGS_SECTIONS: readonly SectionDefinition[] = [
  routerSettings,
  litellmSettings,
  generalSettings,
  earshotSettings,
];

/** Every mapping that the reference describes, in its order. */
export const sectionDefinitions: readonly SectionDefinition[] = [
  modelListEntry,
  litellmParams,
  modelInfo,
  ...SETTINGS_SECTIONS,
];

/** The top-level keys that hold one mapping each. */
export const SECTION_NAMES: readonly string[] = [
  ...SETTINGS_SECTIONS.map(({ name }) => name),
  "environment_variables",
];

/** Every top-level key that is read. */
export const TOP_LEVEL_NAMES: readonly string[] = ["model_list", ...SECTION_NAMES, "include"];

const keysToShow = ({ fields, otherKeys }: SectionDefinition): readonly string[] => [
  ...Object.keys(fields).filter((key) => fields[key]?.shown === true),
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

/** What holds where a config says nothing, under its names and in its units. */
export const defaultSettings: DefaultSettings = {
  router: routerDefaults,
  general: generalDefaults,
  settings: { ...gatewayDefaults, dropParams: dropParamsDefault },
};
