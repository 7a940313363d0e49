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
import type { OtherKeys, SectionEntry, SectionPlace } from "./section.ts";

/** An address without what does not matter: space around it, and slashes at its end. */
export const plainAddress = (address: string): string => address.trim().replace(/\/+$/u, "");

/** The text of a key that has a field, variables resolved; undefined where it is empty or no text. */
export const textAt = (
  { definition, node, context }: SectionPlace,
  key: string,
): string | undefined => {
  const found = Object.hasOwn(definition.fields, key) ? node.entries.get(key)?.node : undefined;
  if (found?.type !== "scalar" || isNull(found)) return undefined;
  return context.environment.peek(found);
};

const ownAddress = (section: SectionPlace): string | undefined => {
  const written = textAt(section, "api_base") ?? textAt(section, "base_url");
  return written === undefined ? undefined : plainAddress(written);
};

/** Whether the deployment itself says what the key would have brought. */
const isSettled = (
  { key, node }: SectionEntry,
  section: SectionPlace,
  group: OtherKeys | undefined,
): boolean => {
  const own = ownAddress(section);
  if (own === undefined || node.type !== "scalar") return false;
  const value = section.context.environment.peek(node);
  if (value !== undefined && plainAddress(value) === own) return true;
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
  const group = definition.otherKeys.find(({ keys }) => keys.includes(key));
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
