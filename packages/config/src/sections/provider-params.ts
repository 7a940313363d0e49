import type { JsonValue } from "@earshot/core";
import { isAddressName } from "../audio-address.ts";
import type { ConfigPath } from "../config-node.ts";
import { otherKeysOf, tellKeyWithoutField } from "../section.ts";
import type { SectionEntry, SectionPlace } from "../section.ts";
import { toJson } from "../to-json.ts";

interface ProviderModel {
  readonly model: string;
  readonly customProvider: string | undefined;
}

/** How a key that has no field is taken: as the provider's, or told. */
type Judge = (key: string) => boolean;

const judgeFor = (
  { definition, context }: SectionPlace,
  known: readonly string[] | undefined,
): Judge => {
  if (known !== undefined) return (key) => known.includes(key);
  // Without a list, LiteLLM's own keys are told all the same: they are never the provider's. Chat
  // parameters may be, when the gateway was asked and could not tell.
  const asked = context.knownParams !== undefined;
  return (key) => {
    const group = otherKeysOf(definition, key);
    return group === undefined || (asked && group.status === "meaningless");
  };
};

/** The provider's own parameters, as JSON; keys that the provider does not know are told. */
export function readProviderParams(
  section: SectionPlace,
  entries: readonly SectionEntry[],
  { model, customProvider }: ProviderModel,
): Readonly<Record<string, JsonValue>> {
  const known = section.context.knownParams?.(model, customProvider);
  const isTheirs = judgeFor(section, known);
  // Whatever an unknown provider may take, it is not a second `api_base`.
  const belongs: Judge = (key) => isTheirs(key) && (known !== undefined || !isAddressName(key));
  const params: [string, JsonValue][] = [];
  for (const entry of entries) {
    const path: ConfigPath = [...section.path, entry.key];
    const value = belongs(entry.key) ? toJson(entry.node, path, section.context) : undefined;
    if (value !== undefined) params.push([entry.key, value]);
    else if (!belongs(entry.key)) tellKeyWithoutField(entry, section, known);
  }
  return Object.fromEntries(params);
}
