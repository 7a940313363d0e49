import type { JsonValue } from "@earshot/core";
import { isAddressName } from "../audio-address.ts";
import type { ConfigPath } from "../config-node.ts";
import { misdirects, otherKeysOf, tellKeyWithoutField } from "../keys-without-field.ts";
import { toJson } from "../read-section.ts";
import type { SectionEntry, SectionPlace } from "../section.ts";

/** What a deployment calls. */
export interface ProviderModel {
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
    return group === undefined || (asked && group.isMeaningless === true);
  };
};

interface Judged {
  readonly known: readonly string[] | undefined;
  readonly belongs: Judge;
}

const judge = (section: SectionPlace, { model, customProvider }: ProviderModel): Judged => {
  const known = section.context.knownParams?.(model, customProvider);
  const isTheirs = judgeFor(section, known);
  // Whatever an unknown provider may take, it is not a second `api_base`.
  const belongs: Judge = (key) => isTheirs(key) && (known !== undefined || !isAddressName(key));
  return { known, belongs };
};

/** The keys that are not the provider's, and may have said where audio is sent. */
export function misdirectingParams(
  section: SectionPlace,
  entries: readonly SectionEntry[],
  called: ProviderModel,
): readonly SectionEntry[] {
  const { known, belongs } = judge(section, called);
  return entries.filter((entry) => !belongs(entry.key) && misdirects(entry, section, known));
}

/** The provider's own parameters, as JSON; keys that the provider does not know are told. */
export function readProviderParams(
  section: SectionPlace,
  entries: readonly SectionEntry[],
  called: ProviderModel,
): Readonly<Record<string, JsonValue>> {
  const { known, belongs } = judge(section, called);
  const params: [string, JsonValue][] = [];
  for (const entry of entries) {
    const path: ConfigPath = [...section.path, entry.key];
    const value = belongs(entry.key) ? toJson(entry.node, path, section.context) : undefined;
    if (value !== undefined) params.push([entry.key, value]);
    else if (!belongs(entry.key)) tellKeyWithoutField(entry, section, known);
  }
  return Object.fromEntries(params);
}
