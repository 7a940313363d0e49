import { RESPONSE_FORMATS } from "@earshot/core";
import type { Capabilities, ProviderDefinition, ResponseFormat } from "@earshot/core";
import { builtinProviders } from "@earshot/gateway";
import type { CommandIo, Environment } from "./command-io.ts";
import { EXIT } from "./exit-codes.ts";
import { textTable } from "./text-table.ts";

const setVariable = ({ environment: names }: ProviderDefinition, environment: Environment) =>
  names.apiKey.find((name) => (environment[name] ?? "") !== "");

/** Whether one of the variables that may hold the provider's key is set. */
export const isKeySet = (definition: ProviderDefinition, environment: Environment): boolean =>
  setVariable(definition, environment) !== undefined;

const keyText = (definition: ProviderDefinition, environment: Environment): string => {
  const set = setVariable(definition, environment);
  if (set !== undefined) return `${set} (set)`;
  const [usual] = definition.environment.apiKey;
  if (usual === undefined) return "none needed";
  return definition.requiresApiKey ? `${usual} (not set)` : `${usual} (optional)`;
};

/** The capabilities of the usual model and of each that differs. */
const variantsOf = ({ capabilities }: ProviderDefinition): readonly Capabilities[] => [
  capabilities.default,
  ...(capabilities.models ?? []).map(({ differs }) => ({ ...capabilities.default, ...differs })),
];

const yesOrNo = (
  variants: readonly Capabilities[],
  can: (one: Capabilities) => boolean,
): string => {
  const count = variants.filter(can).length;
  if (count === 0) return "no";
  return count === variants.length ? "yes" : "some";
};

const wordTimes = (variants: readonly Capabilities[]): string => {
  const kinds = new Set(variants.map((variant) => variant.wordTimestamps));
  const [only] = kinds;
  if (kinds.size === 1 && only !== undefined) return only === "none" ? "no" : only;
  return kinds.has("none") ? "some" : "yes";
};

/** Which answer formats the gateway can make of what the model gives. */
const worksWith = (one: Capabilities): readonly ResponseFormat[] => [
  "json",
  "text",
  ...(one.segmentTimestamps || one.wordTimestamps !== "none"
    ? (["srt", "vtt", "verbose_json"] as const)
    : []),
  ...(one.diarization ? (["diarized_json"] as const) : []),
];

const formatsText = (variants: readonly Capabilities[]): string => {
  const works = new Set(variants.flatMap(worksWith));
  const missing = RESPONSE_FORMATS.filter((format) => !works.has(format));
  if (missing.length === 0) return "all";
  return missing.length > 2 ? [...works].join(" ") : `all but ${missing.join(" ")}`;
};

const COLUMNS = "PROVIDER KEY WORDS SEGMENTS SPEAKERS STREAMS TRANSLATES PROMPT FORMATS".split(" ");

/** One line of the table; `some` means some of its models. */
const toRow = (definition: ProviderDefinition, environment: Environment): readonly string[] => {
  const variants = variantsOf(definition);
  return [
    definition.kind,
    keyText(definition, environment),
    wordTimes(variants),
    yesOrNo(variants, (one) => one.segmentTimestamps),
    yesOrNo(variants, (one) => one.diarization),
    yesOrNo(variants, (one) => one.streaming),
    yesOrNo(variants, (one) => one.translation),
    yesOrNo(variants, (one) => one.prompt || one.keywords),
    formatsText(variants),
  ];
};

/** Everything about a provider as plain data for JSON; of its key only whether it is set. */
const toJson = (definition: ProviderDefinition, environment: Environment): object => {
  const { kind, aliases = [], displayName, documentationUrl, requiresApiKey } = definition;
  return {
    kind,
    aliases,
    displayName,
    documentationUrl,
    requiresApiKey,
    apiKeyVariables: definition.environment.apiKey,
    apiKeySet: isKeySet(definition, environment),
    baseUrlVariables: definition.environment.baseUrl,
    capabilities: definition.capabilities,
    options: definition.options,
    settings: definition.settings ?? {},
  };
};

const FOOTNOTE = `
"some" means some of a provider's models; "estimated" word times are computed from the text.
Every provider answers in every format of its line, streaming included: what it does not do itself,
Earshot makes of it. Other providers are packages, named under earshot_settings.providers.
`;

/** Runs `earshot providers`. */
export async function runProviders(
  { json }: { readonly json: boolean },
  { stdout, environment }: CommandIo,
): Promise<number> {
  if (json) {
    const all = builtinProviders.map((definition) => toJson(definition, environment));
    stdout.write(`${JSON.stringify(all, undefined, 2)}\n`);
    return EXIT.ok;
  }
  const rows = builtinProviders.map((definition) => toRow(definition, environment));
  stdout.write(textTable([COLUMNS, ...rows]) + FOOTNOTE);
  return EXIT.ok;
}
