import { nearestName } from "@earshot/core";
import type { JsonValue } from "@earshot/core";
import { z } from "zod";
import { isBaseName } from "../audio-address.ts";
import type { ModelInfo } from "../earshot-config.ts";
import { text } from "../field.ts";
import { onlyGiven } from "../given.ts";
import { readFields } from "../read-values.ts";
import { otherKeysOf, tellKeyWithoutField } from "../section.ts";
import type { OtherKeys, SectionDefinition, SectionEntry, SectionPlace } from "../section.ts";
import { toJson } from "../to-json.ts";

const unusedModelInfo: readonly OtherKeys[] = [
  {
    status: "meaningless",
    effect: "it is for chat models.",
    remedy: "Remove it.",
    keys: [
      "max_tokens",
      "max_input_tokens",
      "max_output_tokens",
      "supports_function_calling",
      "supports_prompt_caching",
      "supports_reasoning",
      "supports_vision",
    ],
  },
  {
    status: "unsupported",
    effect: "nothing is counted in money.",
    remedy: "Remove it.",
    keys: [
      "input_cost_per_second",
      "output_cost_per_second",
      "input_cost_per_token",
      "output_cost_per_token",
      "input_cost_per_audio_token",
    ],
  },
  {
    status: "unsupported",
    effect: "deployments are judged by the requests they serve, not by checks in between.",
    remedy: "Remove it.",
    keys: ["disable_background_health_check", "health_check_model", "health_check_timeout"],
  },
  {
    status: "unsupported",
    effect: "there are no teams; every caller sees every model group.",
    remedy: "Remove it.",
    keys: ["access_groups", "team_id", "team_public_model_name"],
  },
];

const fields = {
  id: text({
    description: "A name of the deployment that is unique in the config.",
    default: "made from `model`",
    example: "whisper-eu",
    shown: true,
  }),
  mode: text({
    description:
      "What the deployment does. Entries with another mode than `audio_transcription` are left out.",
    default: "`audio_transcription`",
    example: "audio_transcription",
    shown: true,
  }),
  base_model: text({
    description: "The real model behind a deployment's own name, for Azure.",
    example: "azure/whisper-1",
    shown: true,
  }),
};

const schema = z.object(fields).partial();

/** `model_info`: what is known about a deployment; further keys are the user's own notes. */
export const modelInfo: SectionDefinition = {
  name: "model_info",
  description: "What is known about a deployment; further keys are your own notes.",
  fields,
  required: [],
  otherKeys: unusedModelInfo,
  open: true,
};

/** The mode of the deployments that are served. */
export const SERVED_MODE = "audio_transcription";

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
  const { values, others } = readFields(section, schema);
  const extra: [string, JsonValue][] = [];
  for (const entry of others) {
    if (isMistaken(entry, values.mode)) {
      tellKeyWithoutField(entry, section);
      continue;
    }
    const value = toJson(entry.node, [...section.path, entry.key], section.context);
    if (value !== undefined) extra.push([entry.key, value]);
  }
  const { id, mode, base_model: baseModel } = values;
  return { id, info: { ...onlyGiven({ mode, baseModel }), extra: Object.fromEntries(extra) } };
}
