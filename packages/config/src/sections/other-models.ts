import { isNull } from "../config-node.ts";
import { misdirects, textAt } from "../keys-without-field.ts";
import { shownKey } from "../mask-secrets.ts";
import { splitEntries } from "../section.ts";
import type { SectionDefinition, SectionEntry, SectionPlace } from "../section.ts";
import { litellmParams } from "./litellm-params.ts";
import { modelInfo, SERVED_MODE } from "./model-info.ts";
import { misdirectingParams } from "./provider-params.ts";

/** What the names of models that hear have, of whatever family. */
const HEARS =
  /whisper|transcri|diari[sz]|voxtral|scribe|speech-to-text|(?:^|[-_.])(?:asr|stt|audio|realtime|canary|parakeet)(?:[-_.\d]|$)/u;

/** Families of models for other work, by how their names begin (behind a vendor, as in `anthropic.claude`). */
const FAMILIES =
  /(?:^|[./:])(?:gpt-\d|gpt-oss|chatgpt|o[1-9](?:-|$)|text-(?:davinci|embedding|moderation)|omni-moderation|davinci|babbage|claude|gemini|gemma|(?:meta-)?llama|codellama|mi[sx]tral|ministral|magistral|codestral|devstral|pixtral|deepseek|qwen|phi-\d|command|grok|kimi|glm-|jamba|nemotron|titan|nova-(?:micro|lite|pro|premier|canvas|reel)|sonar|bge-|e5-|gte-|voyage|rerank|dall-e|gpt-image|imagen|stable-diffusion|flux|sora|veo|eleven_|aura-|kokoro)/u;

/** Words in the names of models for other work. */
const WORK =
  /(?:^|[-_.])(?:tts|embed|embedding|embeddings|rerank|reranker|moderation)(?:[-_.\d]|$)/u;

/** Whether a model is known by its name to chat, embed, draw or speak, and not to transcribe. */
function isOtherModel(model: string): boolean {
  const name = model.slice(model.lastIndexOf("/") + 1).toLowerCase();
  return !HEARS.test(name) && (FAMILIES.test(name) || WORK.test(name));
}

const childOf = (entry: SectionPlace, definition: SectionDefinition): SectionPlace | undefined => {
  const node = entry.node.entries.get(definition.name)?.node;
  if (node?.type !== "map") return undefined;
  return { ...entry, definition, node, path: [...entry.path, definition.name] };
};

const isEmptyAddress = ({ key, node }: SectionEntry): boolean =>
  ["api_base", "base_url"].includes(key) &&
  (isNull(node) || (node.type === "scalar" && node.text === ""));

interface Misdirection {
  readonly section: SectionPlace;
  readonly entries: readonly SectionEntry[];
}

const inParams = (section: SectionPlace, model: string): Misdirection => {
  const { fields, others } = splitEntries(section);
  const called = { model, customProvider: textAt(section, "custom_llm_provider") };
  const misdirecting = misdirectingParams(section, others, called);
  return { section, entries: [...fields.filter(isEmptyAddress), ...misdirecting] };
};

const inOther = (section: SectionPlace): Misdirection => ({
  section,
  entries: splitEntries(section).others.filter((entry) => misdirects(entry, section)),
});

/**
 * Whether an entry of `model_list` holds what may say where audio is sent, while its model is for
 * something else by its name and no mode is written. It is told as a warning: left out, such an entry
 * sends audio nowhere, and does not keep Earshot from starting.
 */
export function isMisdirectedOther(entry: SectionPlace): boolean {
  const params = childOf(entry, litellmParams);
  const info = childOf(entry, modelInfo);
  const model = params && textAt(params, "model");
  if (params === undefined || model === undefined || !isOtherModel(model)) return false;
  if (info !== undefined && textAt(info, "mode") !== undefined) return false;
  const found = [inOther(entry), inParams(params, model), ...(info ? [inOther(info)] : [])];
  for (const { section, entries } of found)
    for (const { key, place } of entries)
      section.context.problems.warn({
        place,
        path: [...section.path, key],
        message: `\`${shownKey(key)}\` is ignored, and the deployment is left out: by its name, its model is not for transcription.`,
        remedy: `Write what it is for under \`model_info\`, such as \`mode: chat\`, or \`mode: ${SERVED_MODE}\` if it does transcribe.`,
      });
  return found.some(({ entries }) => entries.length > 0);
}
