import { z } from "zod";
import type { ListedEntry } from "../config-files.ts";
import type { ConfigPath, MapNode, Place } from "../config-node.ts";
import { isNull, kindOf } from "../config-node.ts";
import type { DeploymentConfig } from "../earshot-config.ts";
import { referencedVariable } from "../environment.ts";
import { field, text } from "../field.ts";
import type { Field } from "../field.ts";
import { toLocation } from "../problems.ts";
import { readSection } from "../read-section.ts";
import { asMap } from "../section.ts";
import type { ReadContext, SectionDefinition, SectionPlace } from "../section.ts";
import { litellmParams, readLitellmParams } from "./litellm-params.ts";
import { isServedMode, modelInfo, readModelInfo, SERVED_MODE } from "./model-info.ts";
import { isMisdirectedOther } from "./other-models.ts";

/** What the checks across entries need to know of one entry. */
export interface ListedDeployment {
  readonly deployment: DeploymentConfig;
  readonly entry: ListedEntry;
}

/** `model_list` as read. */
export interface ModelList {
  /** True when the files list nothing. */
  readonly isEmpty: boolean;
  readonly deployments: readonly ListedDeployment[];
  /** Names of all groups of the file, also of those whose entries were left out or are faulty. */
  readonly groups: ReadonlySet<string>;
  /** The groups that diagnostics may name: those that do not come from an environment variable. */
  readonly shownGroups: readonly string[];
  /** Groups that have entries for something else than transcription only. */
  readonly leftOut: ReadonlySet<string>;
}

const mapping = (name: string, example: string): Field<unknown> =>
  field(z.unknown(), {
    description: `See \`${name}\`.`,
    expected: "a mapping",
    example,
    shown: false,
    jsonSchema: {},
  });

const modelName = text({
  description:
    "The model group: the name that clients ask for. Entries with the same name share the requests; `*` stands for any characters.",
  example: "whisper",
  shown: true,
});

/** One entry of `model_list`. */
export const modelListEntry: SectionDefinition = {
  name: "model_list",
  description: "The deployments: a list of entries.",
  fields: {
    model_name: modelName,
    litellm_params: mapping("litellm_params", "{ model: whisper-1 }"),
    model_info: mapping("model_info", "{ mode: audio_transcription }"),
  },
  required: ["model_name", "litellm_params"],
  otherKeys: [],
  placesAudio: true,
};

const tellMode = (
  found: { readonly place: Place; readonly path: ConfigPath; readonly leftOut: boolean },
  { problems }: ReadContext,
): void =>
  problems.warn({
    place: found.place,
    path: [...found.path, "mode"],
    message: found.leftOut
      ? "This deployment is not for transcription and is left out."
      : `The mode is not one that LiteLLM has; it is read as \`${SERVED_MODE}\`.`,
    remedy: found.leftOut
      ? `Remove the entry, or write \`mode: ${SERVED_MODE}\` if it does transcribe.`
      : `Write \`mode: ${SERVED_MODE}\`.`,
  });

const tellWildcard = (place: Place, path: ConfigPath, context: ReadContext): void =>
  context.problems.error({
    place,
    path: [...path, "litellm_params", "model"],
    message: "`model` holds a `*`, but `model_name` has none that could fill it.",
    remedy: "Write a `*` into `model_name` too, such as `model_name: groq/*`, or name the model.",
  });

const childSection = (
  entry: SectionPlace,
  definition: SectionDefinition,
): SectionPlace | undefined => {
  const found = entry.node.entries.get(definition.name);
  if (found === undefined) return undefined;
  const path = [...entry.path, definition.name];
  const node = asMap(found.node, path, entry.context.problems);
  return node === undefined ? undefined : { ...entry, definition, node, path };
};

interface ReadEntry {
  readonly group: string | undefined;
  readonly leftOut: boolean;
  readonly deployment: DeploymentConfig | undefined;
}

const readMode = (
  entry: SectionPlace,
): ReturnType<typeof readModelInfo> & { readonly leftOut: boolean } => {
  const infoSection = childSection(entry, modelInfo);
  if (infoSection === undefined) return { id: undefined, info: { extra: {} }, leftOut: false };
  const read = readModelInfo(infoSection);
  const { mode = SERVED_MODE } = read.info;
  const place = infoSection.node.entries.get("mode")?.node.place ?? infoSection.node.place;
  const leftOut = !isServedMode(mode);
  if (mode !== SERVED_MODE) tellMode({ place, leftOut, path: infoSection.path }, entry.context);
  return { ...read, leftOut };
};

const leaveOut = ({ node, context }: SectionPlace): ReadEntry => {
  const name = node.entries.get("model_name")?.node;
  const group = name?.type === "scalar" ? context.environment.peek(name) : undefined;
  return { group, leftOut: true, deployment: undefined };
};

const readEntry = (map: MapNode, path: ConfigPath, context: ReadContext): ReadEntry => {
  const entry: SectionPlace = { definition: modelListEntry, node: map, path, context };
  if (isMisdirectedOther(entry)) return leaveOut(entry);
  const { id, info, leftOut } = readMode(entry);
  if (leftOut) return leaveOut(entry);
  const { model_name: group } = readSection(entry, { model_name: modelName });
  const paramsSection = childSection(entry, litellmParams);
  if (paramsSection === undefined) return { group, leftOut, deployment: undefined };
  const { model, ...params } = readLitellmParams(paramsSection);
  if (group === undefined || model === undefined) return { group, leftOut, deployment: undefined };
  if (model.includes("*") && !group.includes("*"))
    tellWildcard(paramsSection.node.entries.get("model")?.node.place ?? map.place, path, context);
  const deployment: DeploymentConfig = {
    group,
    model,
    tags: [],
    extraHeaders: {},
    extra: {},
    ...params,
    modelInfo: info,
    ...(id === undefined ? {} : { id }),
    location: toLocation(map.place, path),
  };
  return { group, leftOut, deployment };
};

const writtenGroup = ({ node }: ListedEntry): readonly string[] => {
  const name = node.type === "map" ? node.entries.get("model_name")?.node : undefined;
  const isPlain = name?.type === "scalar" && referencedVariable(name) === undefined;
  return isPlain && !isNull(name) ? [name.text] : [];
};

/** Reads the entries of `model_list`, from all files. */
export function readModelList(entries: readonly ListedEntry[], context: ReadContext): ModelList {
  const deployments: ListedDeployment[] = [];
  const served = new Set<string>();
  const others = new Set<string>();
  for (const entry of entries) {
    const { node, path } = entry;
    if (node.type !== "map") {
      context.problems.error({
        place: node.place,
        path,
        message: `An entry of \`model_list\` must be a mapping, not ${isNull(node) ? "empty" : kindOf(node)}.`,
        remedy: "Write `- model_name: …` and under it `litellm_params:` with `model: …`.",
      });
      continue;
    }
    const { group, leftOut, deployment } = readEntry(node, path, context);
    if (group !== undefined) (leftOut ? others : served).add(group);
    if (deployment !== undefined) deployments.push({ deployment, entry });
  }
  const leftOut = new Set([...others].filter((group) => !served.has(group)));
  const shownGroups = [...new Set(entries.flatMap(writtenGroup))];
  const groups = new Set([...served, ...others]);
  return { isEmpty: entries.length === 0, deployments, groups, shownGroups, leftOut };
}
