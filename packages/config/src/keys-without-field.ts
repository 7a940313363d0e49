import { nearestName } from "@earshot/core";
import {
  holdsAddress,
  isAddressName,
  isBaseName,
  isPlace,
  isRegionName,
  looksLikeAddress,
  namesSomething,
} from "./audio-address.ts";
import { isNull } from "./config-node.ts";
import { shownKey } from "./mask-secrets.ts";
import { fieldOf, remedyOf } from "./section.ts";
import type { OtherKeys, SectionDefinition, SectionEntry, SectionPlace } from "./section.ts";

/** The group of unused LiteLLM keys that a key belongs to. */
export function otherKeysOf({ otherKeys }: SectionDefinition, key: string): OtherKeys | undefined {
  return otherKeys.find(({ keys }) => keys.includes(key));
}

/** An address without what does not matter: space around it, and slashes at its end. */
export const plainAddress = (address: string): string => address.trim().replace(/\/+$/u, "");

/** The text of a key that has a field, variables resolved; undefined where it is empty or no text. */
export const textAt = (
  { definition, node, context }: SectionPlace,
  key: string,
): string | undefined => {
  const found = fieldOf(definition, key) && node.entries.get(key)?.node;
  if (found?.type !== "scalar" || isNull(found)) return undefined;
  return context.environment.peek(found);
};

/** Whether the deployment itself says what the key would have brought. */
const isSettled = (
  { key, node }: SectionEntry,
  section: SectionPlace,
  group: OtherKeys | undefined,
): boolean => {
  const own = textAt(section, "api_base") ?? textAt(section, "base_url");
  if (own === undefined || node.type !== "scalar") return false;
  const value = section.context.environment.peek(node);
  if (value !== undefined && plainAddress(value) === plainAddress(own)) return true;
  if (isPlace(node.text)) return false;
  if (group === undefined) return isRegionName(key);
  if (group.settledBy === undefined) return false;
  return group.settledBy === "api_base" || textAt(section, "api_key") !== undefined;
};

/**
 * Whether a key without a field may have said where audio is sent, so that to ignore it would send
 * the audio elsewhere. `further` are the names that the provider knows; undefined when nobody can say.
 */
export function misdirects(
  entry: SectionEntry,
  section: SectionPlace,
  further?: readonly string[],
): boolean {
  const { definition, path } = section;
  const { key, node } = entry;
  const group = otherKeysOf(definition, key);
  if (isSettled(entry, section, group)) return false;
  if (group !== undefined) {
    if (group.address === "inside") return holdsAddress(node, isAddressName);
    const isKnown = group.address === "region" ? further !== undefined : group.address === "here";
    return isKnown && namesSomething(node);
  }
  if (definition.placesAudio === true) return looksLikeAddress(key, node);
  // At the top of the file people keep anchors, whose `api_base` is read where it is merged.
  if (path.length === 0 && node.type !== "scalar") return false;
  return node.type === "scalar"
    ? isBaseName(key) && namesSomething(node)
    : holdsAddress(node, isBaseName);
}

interface Advice {
  readonly message: string;
  readonly remedy: string;
}

const otherKeyAdvice = (key: string, keys: OtherKeys, isError: boolean): Advice => {
  const verdict = keys.isMeaningless ? "has no meaning for audio" : "is not supported by Earshot";
  const result = isError ? ", and without it the audio goes to another place" : " and is ignored";
  return { message: `\`${key}\` ${verdict}${result}: ${keys.effect}`, remedy: remedyOf(keys) };
};

const ownerOf = ({ path, definition }: SectionPlace): string =>
  path.length === 0 ? "the config file" : `\`${definition.name}\``;

const didYouMean = (key: string, names: readonly string[]): string | undefined => {
  const nearest = nearestName(key, names);
  return nearest && `Did you mean \`${nearest}\`?`;
};

/** Audio at the wrong place is worse than no start: such a key is never just ignored. */
const addressAdvice = (key: string, section: SectionPlace, further: readonly string[]): Advice => {
  const { fields } = section.definition;
  const isHome = Object.hasOwn(fields, "api_base");
  const where = isHome ? "" : " under `litellm_params` of the deployment";
  const spelt = isHome ? "Did you mean `api_base`?" : `Write \`api_base\`${where}.`;
  return {
    message: `\`${shownKey(key)}\` is not a key of ${ownerOf(section)}, and looks as if it said where audio is sent.`,
    remedy: isAddressName(key)
      ? spelt
      : (didYouMean(key, [...Object.keys(fields), ...further]) ??
        `Remove it; if the audio is to go there, write the address as \`api_base\`${where}.`),
  };
};

const unknownKeyAdvice = (
  key: string,
  section: SectionPlace,
  further: readonly string[],
): Advice => {
  const { fields, otherKeys, name } = section.definition;
  const elsewhere = section.context.sectionsWith(key).find((other) => other !== name);
  const names = [...Object.keys(fields), ...otherKeys.flatMap(({ keys }) => keys), ...further];
  return {
    message: `\`${shownKey(key)}\` is not a key of ${ownerOf(section)} and is ignored.`,
    remedy:
      elsewhere === undefined
        ? (didYouMean(key, names) ?? "Remove it.")
        : `Move it to \`${elsewhere}\`.`,
  };
};

/**
 * Tells of a key without a field, unused in Earshot or unknown: a warning, and an error where it may
 * have said where audio is sent. `further` are names that the section's definition lacks.
 */
export function tellKeyWithoutField(
  entry: SectionEntry,
  section: SectionPlace,
  further?: readonly string[],
): void {
  const { key, place } = entry;
  const group = otherKeysOf(section.definition, key);
  const isError = misdirects(entry, section, further);
  const adviceOnUnknown = isError ? addressAdvice : unknownKeyAdvice;
  const advice = group
    ? otherKeyAdvice(key, group, isError)
    : adviceOnUnknown(key, section, further ?? []);
  const { problems } = section.context;
  const tell = isError ? problems.error : problems.warn;
  tell({ place, path: [...section.path, key], ...advice });
}
