import { nearestName } from "@earshot/core";
import type { JsonValue } from "@earshot/core";
import { isBaseName } from "../audio-address.ts";
import type { ModelInfo } from "../earshot-config.ts";
import { renamed, text } from "../field.ts";
import { otherKeysOf, tellKeyWithoutField } from "../keys-without-field.ts";
import { readFields, toJson } from "../read-section.ts";
import { words } from "../section.ts";
import type { OtherKeys, SectionDefinition, SectionEntry, SectionPlace } from "../section.ts";

/** The mode of the deployments that are served. */
export const SERVED_MODE = "audio_transcription";

const unusedModelInfo: readonly OtherKeys[] = [
  {
    isMeaningless: true,
    effect: "it is for chat models.",
    keys: words(`
      max_tokens max_input_tokens max_output_tokens supports_function_calling
      supports_prompt_caching supports_reasoning supports_vision
    `),
  },
  {
    effect: "nothing is counted in money.",
    keys: words(`
      input_cost_per_second output_cost_per_second input_cost_per_token output_cost_per_token
      input_cost_per_audio_token
    `),
  },
  {
    effect: "deployments are judged by the requests they serve, not by checks in between.",
    keys: ["disable_background_health_check", "health_check_model", "health_check_timeout"],
  },
  {
    effect: "there are no teams; every caller sees every model group.",
    keys: ["access_groups", "team_id", "team_public_model_name"],
  },
];

const fields = {
  id: text({
    description: "A name of the deployment that is unique in the config.",
    defaultNote: "made from `model`",
    example: "whisper-eu",
    shown: true,
  }),
  mode: text({
    description:
      "What the deployment does. Entries with another mode than `audio_transcription` are left out.",
    default: SERVED_MODE,
    example: SERVED_MODE,
    shown: true,
  }),
  base_model: text({
    description: "The real model behind a deployment's own name, for Azure.",
    example: "azure/whisper-1",
    shown: true,
  }),
};

/** `model_info`: what is known about a deployment; further keys are the user's own notes. */
export const modelInfo: SectionDefinition = {
  name: "model_info",
  description: "What is known about a deployment; further keys are your own notes.",
  fields,
  otherKeys: unusedModelInfo,
  open: true,
};

/** Whether a mode is the served one, spelling mistakes forgiven; without one it is. */
export const isServedMode = (mode: string = SERVED_MODE): boolean =>
  mode === SERVED_MODE || nearestName(mode, [SERVED_MODE]) !== undefined;

const isMistaken = ({ key }: SectionEntry, mode: string | undefined): boolean =>
  (isBaseName(key) && isServedMode(mode)) ||
  otherKeysOf(modelInfo, key) !== undefined ||
  nearestName(key, Object.keys(fields)) !== undefined;

/** Reads `model_info`: its id, and the rest. */
export function readModelInfo(section: SectionPlace): {
  readonly id: string | undefined;
  readonly info: ModelInfo;
} {
  const { values, others } = readFields(section, fields);
  const extra: [string, JsonValue][] = [];
  for (const entry of others) {
    if (isMistaken(entry, values.mode)) {
      tellKeyWithoutField(entry, section);
      continue;
    }
    const value = toJson(entry.node, [...section.path, entry.key], section.context);
    if (value !== undefined) extra.push([entry.key, value]);
  }
  const known = renamed(values, { mode: "mode", base_model: "baseModel" } as const);
  return { id: values.id, info: { ...known, extra: Object.fromEntries(extra) } };
}
